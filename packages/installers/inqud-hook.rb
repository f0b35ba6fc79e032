# The Homebrew formula of inqud-hook, for a tap: installs the binary of the release, its completions and manual pages.
class InqudHook < Formula
  desc "Test payment-webhook endpoints: send, receive, verify and lint"
  homepage "@REPOSITORY@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/inqud-hook-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@aarch64-apple-darwin@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/inqud-hook-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "@REPOSITORY@/releases/download/v@VERSION@/inqud-hook-@VERSION@-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "@REPOSITORY@/releases/download/v@VERSION@/inqud-hook-@VERSION@-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "inqud-hook"
    bash_completion.install "completions/inqud-hook.bash" => "inqud-hook"
    zsh_completion.install "completions/_inqud-hook"
    fish_completion.install "completions/inqud-hook.fish"
    man1.install Dir["man/*.1"]
  end

  test do
    assert_match "accepted", shell_output("#{bin}/inqud-hook send INVOICE_PAID")
  end
end
