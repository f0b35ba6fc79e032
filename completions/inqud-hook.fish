# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_inqud_hook_global_optspecs
    string join \n config= env-file= catalog= color= h/help V/version
end

function __fish_inqud_hook_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_inqud_hook_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_inqud_hook_using_subcommand
    set -l cmd (__fish_inqud_hook_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -s V -l version -d 'Print version'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "send" -d 'Send signed sample events, scenarios, or your own body'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "listen" -d 'Receive deliveries; verify, validate and show them'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "log" -d 'Search recorded deliveries, show one, or compare two'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "inspect" -d 'Show recorded deliveries on a page'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "replay" -d 'Send captured deliveries again'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "test" -d 'Attack an endpoint with right and wrong deliveries, and judge it'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "validate" -d 'Check captured bodies against the event schemas'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "verify" -d 'Check signatures of captured deliveries, and say why one is wrong'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "events" -d 'List the known events, or show one of them'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "explain" -d 'Explain a lint rule or a test case, or list them'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "init" -d 'Write a commented inqud-hook.toml into this folder'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "config" -d 'Show all settings and where each comes from'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "man" -d 'Print a manual page, or write all of them to a folder'
complete -c inqud-hook -n "__fish_inqud_hook_needs_command" -f -a "help" -d 'Print the help of a command'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l to -d 'URL, host, host:port, :port or port' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -s H -l header -d 'Add a header, or replace one of the same name' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l timeout -d 'How long to wait for a response [default: the provider\'s own]' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l cacert -d 'Trust only certificates signed by those in this file (PEM)' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l order-id -d 'Your order id' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l amount -d 'The price of the order; what is due and paid follows' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l currency -d 'The currency of the price, or the coin of the payment' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l set -d 'Set a field: /data/amount=10.50 or amount=10.50' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l set-all -d 'Set all fields of a name, at any depth' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l unset -d 'Remove a field' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l body -d 'Send exactly these bytes; - for standard input' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l form -d 'The body as delivered (full) or without its envelope (bare)' -r -f -a "full\t''
bare\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l spelling -d 'How the JSON is spelled: plain, provider or hard' -r -f -a "plain\t''
provider\t''
hard\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l seed -d 'Use the same ids and times on every run' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l now -d 'When the last event happened [default: now]' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l scheme -d 'Sign as this provider does, or not at all (none)' -r -f -a "(__fish_inqud_hook_schemes)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l secret-file -d 'File with the secret, or - for stdin' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l scenario -d 'Send a scenario; `events --scenarios` lists them' -r -f -a "(__fish_inqud_hook_scenarios)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l gap -d 'Pause between two deliveries' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l order -d 'The order: forward, reversed or shuffled' -r -f -a "forward\t''
reversed\t''
shuffled\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l duplicates -d 'Repeat each delivery N more times' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l time-scale -d 'Divide retry waits by N' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l count -d 'Number of deliveries, each with fresh ids' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l duration -d 'How long to keep sending' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l concurrency -d 'Number of connections [default: 10]' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l rate -d 'Deliveries per second: 50/s, 300/m' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l as -d 'Print them as curl, hurl, http, har, k6, locust, vegeta' -r -f -a "http\t''
curl\t''
hurl\t''
k6\t''
locust\t''
vegeta\t''
har\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l expect -d 'Expected answer: 401, 4xx, refused, accepted' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l format -d 'Print as human, json or junit' -r -f -a "human\t''
json\t''
junit\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l allow-remote -d 'Allow targets that are not this machine'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l insecure -d 'Accept any certificate'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l edit -d 'Open the body in $EDITOR first'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l show-secrets -d 'Print secrets in full with --dry-run and --as'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l why -d 'Find out why the endpoint rejects a signed delivery'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l keep-going -d 'Do not stop at the first rejected delivery'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l retry -d 'Retry rejected deliveries as the provider does'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -l dry-run -d 'Print the requests; send nothing'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -s v -l verbose -d 'Also print requests and responses'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -s q -l quiet -d 'Print only what is wrong'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l bind -d 'The address to listen on [default: 127.0.0.1]' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l host -d 'Also accept this host, such as a tunnel\'s' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l path -d 'Accept deliveries to this path only' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l scheme -d 'Verify signatures as this provider does, or none' -r -f -a "(__fish_inqud_hook_schemes)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l secret-file -d 'File with the secret, or - for stdin' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l max-body -d 'The largest body to accept, in bytes' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l answer -d 'Answer with this status [default: 200]' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l answer-body -d 'Answer with the contents of this file' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l answer-header -d 'Add this header to the answer' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l delay -d 'Wait this long before answering' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l fail-first -d 'Fail the first N deliveries, then succeed' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l fail-rate -d 'Fail this fraction of deliveries, such as 0.3' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l seed -d 'Fail the same deliveries on every run' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l forward -d 'Forward deliveries and relay the answer' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l forward-timeout -d 'How long to wait for that answer' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l until -d 'Stop when this event has arrived' -r -f -a "(__fish_inqud_hook_events)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l count -d 'Stop after N deliveries' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l deadline -d 'Stop after this time' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l journal -d 'Record every delivery in this file before answering' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l sync -d 'Answer once a delivery is on disk (each) or written (none)' -r -f -a "each\t''
none\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l filter -d 'Show only these events, as in \'INVOICE_*\'' -r -f -a "(__fish_inqud_hook_events)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l body -d 'Show bodies full, folded, changed or none' -r -f -a "full\t''
folded\t''
changed\t''
none\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l inspect -d 'Show deliveries on a page too; a free port by default' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l inspect-keep -d 'Keep this many deliveries for the page' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l inspect-bind -d 'The address of the page [default: 127.0.0.1]' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l inspect-host -d 'Also accept this host for the page, such as a container\'s' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l format -d 'Print the results as human or json' -r -f -a "human\t''
json\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l strict -d 'Answer bad deliveries with 401, 400 or 422'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l reset -d 'Reset the connection instead of answering'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l allow-remote -d 'Forward to other hosts than this machine'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l insecure -d 'Accept any certificate of the target'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l keep-secrets -d 'Record secrets as they are, instead of stars'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -s v -l verbose -d 'Show all of each request and its answer'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -s q -l quiet -d 'Show only what is wrong'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -l open -d 'Open the page in the browser'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l order -d 'Only deliveries about this order' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l event -d 'Only these events, as in \'INVOICE_*\'' -r -f -a "(__fish_inqud_hook_events)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l rule -d 'Only with a finding of this rule, as in paid-short or \'paid-*\'' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l since -d 'Only since a time or for a duration: 2h, 09:30, 2026-11-21' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l last -d 'Only the last N of those selected' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l grep -d 'Only with this text in the body, the path or a header' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l diff -d 'Show what changed between two deliveries, field by field' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l history -d 'Show an order\'s deliveries and what changed from each to the next' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l scheme -d 'Verify as this provider does' -r -f -a "(__fish_inqud_hook_schemes)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l secret-file -d 'File with the secret, or - for stdin, to verify signatures again' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l format -d 'Print the results as human or json' -r -f -a "human\t''
json\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l invalid -d 'Only with a wrong or missing signature or an invalid body'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -l failed -d 'Only deliveries that were not accepted, or not answered'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -s f -l follow -d 'Wait for more deliveries'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand log" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -l port -d 'The port of the page; any free one by default' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -l to -d 'Where deliveries can be sent from the page' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -l scheme -d 'Verify and sign as this provider does' -r -f -a "(__fish_inqud_hook_schemes)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -l secret-file -d 'File with the secret, or - for stdin' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -l inspect-keep -d 'Keep this many deliveries for the page' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -l inspect-bind -d 'The address of the page [default: 127.0.0.1]' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -l inspect-host -d 'Also accept this host for the page, such as a container\'s' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -l format -d 'Print the results as human or json' -r -f -a "human\t''
json\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -l allow-remote -d 'Send to other hosts than this machine'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -l open -d 'Open the page in the browser'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand inspect" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l only -d 'Only these events, as in \'INVOICE_*\'' -r -f -a "(__fish_inqud_hook_events)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l id -d 'Only this delivery: its number in `log`, or an id' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l since -d 'Only since a time or for a duration: 2h, 09:30, 2026-11-21' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l last -d 'Only the last N of those selected' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l to -d 'URL, host, host:port, :port or port' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -s H -l header -d 'Add a header, or replace one of the same name' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l timeout -d 'How long to wait for a response [default: the provider\'s own]' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l cacert -d 'Trust only certificates signed by those in this file (PEM)' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l scheme -d 'Sign as this provider does, or not at all (none)' -r -f -a "(__fish_inqud_hook_schemes)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l secret-file -d 'File with the secret, or - for stdin' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l speed -d 'How fast: original, 10x or max' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l gap -d 'Pause between two deliveries' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l order -d 'The order: forward, reversed or shuffled' -r -f -a "forward\t''
reversed\t''
shuffled\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l duplicates -d 'Repeat each delivery N more times' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l time-scale -d 'Divide retry waits by N' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l as -d 'Print them as curl, hurl, http, har, k6, locust, vegeta' -r -f -a "http\t''
curl\t''
hurl\t''
k6\t''
locust\t''
vegeta\t''
har\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l expect -d 'Expected answer: 401, 4xx, refused, accepted' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l format -d 'Print as human, json or junit' -r -f -a "human\t''
json\t''
junit\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l failed -d 'Only deliveries that were not accepted when captured'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l edit -d 'Open the body in $EDITOR first, if one delivery is selected'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l allow-remote -d 'Allow targets that are not this machine'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l insecure -d 'Accept any certificate'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l as-captured -d 'Send the captured bytes and headers unchanged'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l show-secrets -d 'Print secrets in full with --dry-run and --as'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l why -d 'Find out why the endpoint rejects a signed delivery'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l keep-going -d 'Do not stop at the first rejected delivery'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l retry -d 'Retry rejected deliveries as the provider does'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -l dry-run -d 'Print the requests; send nothing'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -s v -l verbose -d 'Also print requests and responses'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -s q -l quiet -d 'Print only what is wrong'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand replay" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l skip -d 'Leave out these cases. Can be repeated' -r -f -a "(__fish_inqud_hook_cases)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l events -d 'Events that the endpoint handles, separated by commas' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l to -d 'URL, host, host:port, :port or port' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -s H -l header -d 'Add a header, or replace one of the same name' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l timeout -d 'How long to wait for a response [default: the provider\'s own]' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l cacert -d 'Trust only certificates signed by those in this file (PEM)' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l provider -d 'Whose webhooks the endpoint handles [default: the one with a secret]' -r -f -a "(__fish_inqud_hook_providers)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l secret-file -d 'File with the secret, or - for stdin' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l order -d 'Makes an order: a URL that gets a POST, or a shell command' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l state -d 'Shows an order: a URL with {order} in it, or a shell command' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l paid -d 'What the state of a paid order looks like: /status=paid' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l ignore -d 'A part of the state that does not count: /log. Can be repeated' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l break -d 'Shell command that takes the shop\'s database away' -r -f -a "(__fish_inqud_hook_commands)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l mend -d 'Shell command that gives the database back' -r -f -a "(__fish_inqud_hook_commands)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l secret-env -d 'The variable in which COMMAND gets the secret' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l ready-timeout -d 'How long COMMAND may take until it accepts connections [default: 30s]' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l baseline -d 'File with known failures, which do not fail the run' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l seed -d 'Use the same ids, times and choices on every run' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l jobs -d 'How many cases run at the same time [default: 8 where orders can be made, else 1]' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l format -d 'Output format' -r -f -a "human\t'Findings, a table and a sentence'
json\t'NDJSON, one object per line'
junit\t'JUnit XML, one test case per case'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Annotations for GitHub Actions'
html\t'One page for a browser'"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -s o -l output -d 'Write the report to this file' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l save -d 'Keep the deliveries of failed cases in this folder, for replay' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l list -d 'List the cases and what each needs'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l allow-remote -d 'Allow targets that are not this machine'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l insecure -d 'Accept any certificate'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l strict -d 'Count advice marked * as failure'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l silent-refusal -d 'The endpoint answers forgeries with 2xx on purpose: without --state they are inconclusive'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -l update-baseline -d 'Write the failures of this run to the baseline'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -s v -l verbose -d 'List passed cases too, and show the deliveries of failed ones as curl commands'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -l event -d 'Check every body as this event' -r -f -a "(__fish_inqud_hook_events)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -l provider -d 'Recognise only bodies of this provider' -r -f -a "(__fish_inqud_hook_providers)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -l deny -d 'Treat these rules, or all `warnings`, as errors' -r -f -a "(__fish_complete_list , __fish_inqud_hook_rules_or_warnings)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -l warn -d 'Treat these rules as warnings' -r -f -a "(__fish_complete_list , __fish_inqud_hook_rules_or_warnings)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -l allow -d 'Turn these rules off' -r -f -a "(__fish_complete_list , __fish_inqud_hook_rules_or_warnings)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -l format -d 'Output format' -r -f -a "human\t'Code frames and a summary'
json\t'NDJSON, one object per line'
sarif\t'SARIF 2.1.0, for code scanning'
github\t'Annotations for GitHub Actions'
junit\t'JUnit XML, one test case per body'"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -s o -l output -d 'Write the results to this file' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -l no-ignore -d 'Read all of a folder'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -s v -l verbose -d 'Show every finding, and name the valid bodies too'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -s q -l quiet -d 'Show only the summary'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand validate" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand verify" -s H -l header -d 'A header of the delivery, as in \'Sign: 3d02…\'' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand verify" -l signature -d 'The value of the provider\'s signature header' -r -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand verify" -l provider -d 'Who sent it [default: detected]' -r -f -a "(__fish_inqud_hook_providers)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand verify" -l scheme -d 'Verify as this provider does' -r -f -a "(__fish_inqud_hook_schemes)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand verify" -l secret-file -d 'File with the secret, or - for stdin' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand verify" -l example -d 'Print the right check in node, python, php or go' -r -f -a "node\t''
python\t''
php\t''
go\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand verify" -l format -d 'Print the results as human or json' -r -f -a "human\t''
json\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand verify" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand verify" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand verify" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand verify" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand verify" -l show-signature -d 'Print the right signature of what is not valid'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand verify" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand events" -l provider -d 'List only this provider\'s' -r -f -a "(__fish_inqud_hook_providers)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand events" -l form -d 'Form: full (as delivered) or bare (without its envelope)' -r -f -a "full\t''
bare\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand events" -l format -d 'Print the results as human or json' -r -f -a "human\t''
json\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand events" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand events" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand events" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand events" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand events" -l scenarios -d 'List scenarios instead of events'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand events" -l sample -d 'Print only the sample'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand events" -l schema -d 'Print only the JSON Schema of the full form'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand events" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand explain" -l format -d 'Print the results as human or json' -r -f -a "human\t''
json\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand explain" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand explain" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand explain" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand explain" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand explain" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand init" -l provider -d 'Whose webhooks your endpoint handles' -r -f -a "(__fish_inqud_hook_providers)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand init" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand init" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand init" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand init" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand init" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand config" -l deny -d 'Treat these rules, or all `warnings`, as errors' -r -f -a "(__fish_complete_list , __fish_inqud_hook_rules_or_warnings)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand config" -l warn -d 'Treat these rules as warnings' -r -f -a "(__fish_complete_list , __fish_inqud_hook_rules_or_warnings)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand config" -l allow -d 'Turn these rules off' -r -f -a "(__fish_complete_list , __fish_inqud_hook_rules_or_warnings)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand config" -l format -d 'Print the results as human or json' -r -f -a "human\t''
json\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand config" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand config" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand config" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand config" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand config" -l all -d 'Also list lint rules that have their built-in level'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand config" -l example -d 'Print a commented example of inqud-hook.toml'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand config" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand completions" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand completions" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand completions" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand completions" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand completions" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand man" -l dir -d 'Write all pages to this folder instead' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand man" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand man" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand man" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand man" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand man" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand help" -l config -d 'Configuration file [default: the nearest inqud-hook.toml]' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand help" -l env-file -d 'File with variables, such as .env' -r -F
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand help" -l catalog -d 'Folder with your own providers, which take precedence over the built-in ones [$INQUD_HOOK_CATALOG]' -r -f -a "(__fish_complete_directories)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand help" -l color -d 'When to use colour: auto, always or never [$NO_COLOR, $FORCE_COLOR, $CLICOLOR_FORCE]' -r -f -a "auto\t''
always\t''
never\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand help" -s h -l help -d 'Print help'
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand send" -f -a "(__fish_inqud_hook_events)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand listen" -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand test" -f -a "(__fish_inqud_hook_cases)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand events" -f -a "(__fish_inqud_hook_events)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand explain" -f -a "(__fish_inqud_hook_topics)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand init" -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand config" -f
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand completions" -f -a "bash\t''
elvish\t''
fish\t''
powershell\t''
zsh\t''"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand man" -f -a "(__fish_inqud_hook_commands)"
complete -c inqud-hook -n "__fish_inqud_hook_using_subcommand help" -f -a "(__fish_inqud_hook_commands)"

function __fish_inqud_hook_events
    printf '%s\t%s\n' \
        'INVOICE_CREATE_INVOICE' 'A single invoice is created' \
        'INVOICE_CREATE_UNLIMITED_INVOICE' 'An invoice for any number of deposits is created' \
        'INVOICE_MEMPOOL_FOUND' 'A payment is on its way, unconfirmed' \
        'INVOICE_PENDING_COMPLIANCE' 'A payment is held for a compliance review' \
        'INVOICE_COMPLIANCE_DECLINED' 'A payment is declined by compliance' \
        'INVOICE_FUNDS_RECEIVED_FOR_INVOICE' 'A deposit arrived in the invoice\'s wallet' \
        'INVOICE_PENDING_INTERVENTION' 'Too much or too little arrived, you decide' \
        'INVOICE_PAID' 'The invoice is paid' \
        'INVOICE_TRANSLATION_TO_ACCOUNT_COMPLETED' 'The invoice\'s money is on your balance' \
        'INVOICE_EXPIRED' 'The invoice ran out' \
        'PAYOUT_CHANGE_STATUS' 'A payout changed its state' \
        'PAYOUT_CONFIRMED' 'A payout is confirmed' \
        'PAYOUT_VALIDATION_ERROR' 'A payout failed a check' \
        'PAYOUT_HASH_RECEIVED' 'A payout has its transaction hash' \
        'TOP_UP_PENDING_COMPLIANCE' 'A top-up is held for a compliance review' \
        'TOP_UP_COMPLIANCE_DECLINED' 'A top-up is declined by compliance' \
        'WALLET_FUNDS_DELIVERED_ACCOUNT' 'A top-up is on your account' \
        'FIAT_DEPOSIT_ORDER_CREATED' 'An on-ramp order is created' \
        'FIAT_DEPOSIT_ORDER_CONFIRM' 'An on-ramp order is confirmed' \
        'FIAT_DEPOSIT_FIAT_FUNDS_RECEIVED' 'An on-ramp order is paid' \
        'FIAT_DEPOSIT_ORDER_EXPIRED' 'An on-ramp order ran out' \
        'FIAT_DEPOSIT_ORDER_FAILED' 'A payment of an on-ramp order failed' \
        'CUSTOMER_PURSE_MEM_POOL_FOUND' 'A customer\'s deposit is on its way, unconfirmed' \
        'CUSTOMER_PURSE_PENDING_COMPLIANCE' 'A customer\'s deposit is held for a compliance review' \
        'CUSTOMER_PURSE_COMPLIANCE_DECLINED' 'A customer\'s deposit is declined by compliance' \
        'CUSTOMER_PURSE_FUNDS_RECEIVED_FOR_PURSE' 'A customer\'s deposit arrived' \
        'CUSTOMER_PURSE_TRANSLATION_TO_ACCOUNT_COMPLETED' 'A customer\'s deposit is on your balance' \
        'CUSTOMER_PURSE_EXPIRED' 'A customer\'s deposit address expired' \
        'checkout.new' 'A checkout was created and waits for the payer' \
        'checkout.request_created' 'The payer chose an asset and was given an address' \
        'checkout.payment_detected' 'A payment was seen and is being processed' \
        'checkout.success' 'The checkout is paid' \
        'checkout.conflict' 'A payment came but something is wrong with it' \
        'checkout.expired' 'The checkout lapsed without a payment' \
        'request.waiting_payment' 'A request was created and waits for its payment' \
        'request.pending_payment' 'A transaction was seen and is being processed' \
        'request.success' 'The request is paid' \
        'request.conflict' 'A payment was processed but something is wrong' \
        'request.expired' 'The request lapsed without a payment' \
        'invoice.new' 'An invoice was issued and waits for its charge' \
        'invoice.pending' 'A charge of the invoice is under way' \
        'invoice.success' 'The invoice is paid' \
        'subscription.initiated' 'A payer subscribed; the first charge may be pending' \
        'subscription.active' 'The subscription is running' \
        'subscription.cancelled' 'The subscription has ended early' \
        'subscription.expired' 'The subscription has run out' \
        'authorization.granted' 'A payer allowed charges to their wallet' \
        'authorization.revoked_by_merchant' 'The leave to charge was taken back by the merchant' \
        'onramp.new' 'A card-to-crypto checkout was created' \
        'onramp.pending' 'The card-to-crypto checkout is under way' \
        'onramp.success' 'The card-to-crypto checkout is paid' \
        'onramp.failed' 'The card-to-crypto checkout failed' \
        'onramp.expired' 'The card-to-crypto checkout lapsed' \
        'payment.new' 'A payin or payout was created' \
        'payment.pending' 'The payment is being processed' \
        'payment.frozen' 'The payment is held and needs something done' \
        'payment.partial_success' 'A payout was paid in part' \
        'payment.success' 'The payment is done in full' \
        'payment.failed' 'The payment failed' \
        'payment.cancelled' 'The payment was cancelled' \
        'payment.expired' 'The payment lapsed' \
        'static-payment' 'A payment to a static address came or changed' \
        'invoice.draft' 'The invoice is made but not yet open to the payer' \
        'invoice.initiated' 'The invoice is open and waits for the payer' \
        'invoice.processing' 'The payer has chosen how to pay; nothing is paid yet' \
        'invoice.received' 'A payment was noticed, but is not yet called paid' \
        'invoice.paid' 'The quoted amount has come in exactly' \
        'invoice.underpaid' 'Less than the quoted amount has come in so far' \
        'invoice.overpaid' 'More than the quoted amount has come in' \
        'invoice.late' 'The full amount has come in, but after the due date' \
        'invoice.complete' 'Paid, and converted into the currency asked for' \
        'invoice.expired' 'The invoice passed its expiry date' \
        'invoice.cancelled' 'A manager called the invoice off' \
        'service_payment_requests.quote.create' 'A way to pay was chosen and its quote was made' \
        'service_payment_requests.otp.create' 'A one-time code was made for the payer' \
        'service_payment_requests.payer_reminder' 'The payer is due to be reminded of the invoice' \
        'service_payment_requests.payer_requested' 'The invoice is due to be sent to the payer' \
        'company.link.create' 'A link with another company was asked for' \
        'company.link.update' 'A link with another company changed' \
        'company.update' 'The company\'s own details changed' \
        'currency.create' 'A currency was added to the company' \
        'currency.update' 'A currency of the company changed' \
        'user.create' 'A user registered or was added' \
        'user.update' 'A user\'s details or state changed' \
        'user.password.reset' 'A user asked for a new password' \
        'user.password.set' 'A user is to choose a first password' \
        'user.deactivate.verify' 'A user is to confirm closing the account' \
        'user.request_delete.verify' 'A user is to confirm deleting the account' \
        'user.email.verify' 'An e-mail address is to be confirmed' \
        'user.mobile.verify' 'A mobile number is to be confirmed' \
        'email.create' 'A user added an e-mail address' \
        'email.update' 'A user\'s e-mail address changed' \
        'mobile.create' 'A user added a mobile number' \
        'mobile.update' 'A user\'s mobile number changed' \
        'address.create' 'A user added a postal address' \
        'address.update' 'A user\'s postal address changed' \
        'document.create' 'A user handed in a document' \
        'document.update' 'A document or its check changed' \
        'bank_account.create' 'A user added a bank account' \
        'bank_account.update' 'A user\'s bank account changed' \
        'bank_account.delete' 'A user\'s bank account was removed' \
        'crypto_account.create' 'A user added a crypto address' \
        'crypto_account.update' 'A user\'s crypto address changed' \
        'account.create' 'An account was opened' \
        'account.update' 'An account changed' \
        'account.currency.create' 'A currency was added to an account' \
        'transaction.create' 'A transaction was made' \
        'transaction.update' 'A transaction\'s data changed' \
        'transaction.initiate' 'A transaction passed its checks and is pending' \
        'transaction.execute' 'A transaction ended, as Complete or Failed' \
        'transaction.transition.create' 'A change of a transaction\'s status was planned' \
        'transaction.transition.update' 'A planned change of status was decided' \
        'mfa.sms.verify' 'A code for a login in two steps is to be sent' \
        'alert.create' 'An alert was raised' \
        'alert.update' 'An alert changed' \
        'calypso/INVOICE_CREATE_INVOICE' 'A single invoice is created' \
        'calypso/INVOICE_CREATE_UNLIMITED_INVOICE' 'An invoice for any number of deposits is created' \
        'calypso/INVOICE_MEMPOOL_FOUND' 'A payment is on its way, unconfirmed' \
        'calypso/INVOICE_PENDING_COMPLIANCE' 'A payment is held for a compliance review' \
        'calypso/INVOICE_COMPLIANCE_DECLINED' 'A payment is declined by compliance' \
        'calypso/INVOICE_FUNDS_RECEIVED_FOR_INVOICE' 'A deposit arrived in the invoice\'s wallet' \
        'calypso/INVOICE_PENDING_INTERVENTION' 'Too much or too little arrived, you decide' \
        'calypso/INVOICE_PAID' 'The invoice is paid' \
        'calypso/INVOICE_TRANSLATION_TO_ACCOUNT_COMPLETED' 'The invoice\'s money is on your balance' \
        'calypso/INVOICE_EXPIRED' 'The invoice ran out' \
        'calypso/PAYOUT_CHANGE_STATUS' 'A payout changed its state' \
        'calypso/PAYOUT_CONFIRMED' 'A payout is confirmed' \
        'calypso/PAYOUT_VALIDATION_ERROR' 'A payout failed a check' \
        'calypso/PAYOUT_HASH_RECEIVED' 'A payout has its transaction hash' \
        'calypso/TOP_UP_PENDING_COMPLIANCE' 'A top-up is held for a compliance review' \
        'calypso/TOP_UP_COMPLIANCE_DECLINED' 'A top-up is declined by compliance' \
        'calypso/WALLET_FUNDS_DELIVERED_ACCOUNT' 'A top-up is on your account' \
        'calypso/FIAT_DEPOSIT_ORDER_CREATED' 'An on-ramp order is created' \
        'calypso/FIAT_DEPOSIT_ORDER_CONFIRM' 'An on-ramp order is confirmed' \
        'calypso/FIAT_DEPOSIT_FIAT_FUNDS_RECEIVED' 'An on-ramp order is paid' \
        'calypso/FIAT_DEPOSIT_ORDER_EXPIRED' 'An on-ramp order ran out' \
        'calypso/FIAT_DEPOSIT_ORDER_FAILED' 'A payment of an on-ramp order failed' \
        'calypso/CUSTOMER_PURSE_MEM_POOL_FOUND' 'A customer\'s deposit is on its way, unconfirmed' \
        'calypso/CUSTOMER_PURSE_PENDING_COMPLIANCE' 'A customer\'s deposit is held for a compliance review' \
        'calypso/CUSTOMER_PURSE_COMPLIANCE_DECLINED' 'A customer\'s deposit is declined by compliance' \
        'calypso/CUSTOMER_PURSE_FUNDS_RECEIVED_FOR_PURSE' 'A customer\'s deposit arrived' \
        'calypso/CUSTOMER_PURSE_TRANSLATION_TO_ACCOUNT_COMPLETED' 'A customer\'s deposit is on your balance' \
        'calypso/CUSTOMER_PURSE_EXPIRED' 'A customer\'s deposit address expired' \
        'inqud/checkout.new' 'A checkout was created and waits for the payer' \
        'inqud/checkout.request_created' 'The payer chose an asset and was given an address' \
        'inqud/checkout.payment_detected' 'A payment was seen and is being processed' \
        'inqud/checkout.success' 'The checkout is paid' \
        'inqud/checkout.conflict' 'A payment came but something is wrong with it' \
        'inqud/checkout.expired' 'The checkout lapsed without a payment' \
        'inqud/request.waiting_payment' 'A request was created and waits for its payment' \
        'inqud/request.pending_payment' 'A transaction was seen and is being processed' \
        'inqud/request.success' 'The request is paid' \
        'inqud/request.conflict' 'A payment was processed but something is wrong' \
        'inqud/request.expired' 'The request lapsed without a payment' \
        'inqud/invoice.new' 'An invoice was issued and waits for its charge' \
        'inqud/invoice.pending' 'A charge of the invoice is under way' \
        'inqud/invoice.success' 'The invoice is paid' \
        'inqud/invoice.failed' 'The invoice could not be charged' \
        'inqud/subscription.initiated' 'A payer subscribed; the first charge may be pending' \
        'inqud/subscription.active' 'The subscription is running' \
        'inqud/subscription.cancelled' 'The subscription has ended early' \
        'inqud/subscription.expired' 'The subscription has run out' \
        'inqud/authorization.granted' 'A payer allowed charges to their wallet' \
        'inqud/authorization.revoked_by_merchant' 'The leave to charge was taken back by the merchant' \
        'inqud/onramp.new' 'A card-to-crypto checkout was created' \
        'inqud/onramp.pending' 'The card-to-crypto checkout is under way' \
        'inqud/onramp.success' 'The card-to-crypto checkout is paid' \
        'inqud/onramp.failed' 'The card-to-crypto checkout failed' \
        'inqud/onramp.expired' 'The card-to-crypto checkout lapsed' \
        'inqud/payment.new' 'A payin or payout was created' \
        'inqud/payment.pending' 'The payment is being processed' \
        'inqud/payment.frozen' 'The payment is held and needs something done' \
        'inqud/payment.partial_success' 'A payout was paid in part' \
        'inqud/payment.success' 'The payment is done in full' \
        'inqud/payment.failed' 'The payment failed' \
        'inqud/payment.cancelled' 'The payment was cancelled' \
        'inqud/payment.expired' 'The payment lapsed' \
        'inqud/static-payment' 'A payment to a static address came or changed' \
        'rehive/invoice.draft' 'The invoice is made but not yet open to the payer' \
        'rehive/invoice.initiated' 'The invoice is open and waits for the payer' \
        'rehive/invoice.processing' 'The payer has chosen how to pay; nothing is paid yet' \
        'rehive/invoice.received' 'A payment was noticed, but is not yet called paid' \
        'rehive/invoice.paid' 'The quoted amount has come in exactly' \
        'rehive/invoice.underpaid' 'Less than the quoted amount has come in so far' \
        'rehive/invoice.overpaid' 'More than the quoted amount has come in' \
        'rehive/invoice.late' 'The full amount has come in, but after the due date' \
        'rehive/invoice.complete' 'Paid, and converted into the currency asked for' \
        'rehive/invoice.expired' 'The invoice passed its expiry date' \
        'rehive/invoice.failed' 'An error ended the invoice for good' \
        'rehive/invoice.cancelled' 'A manager called the invoice off' \
        'rehive/service_payment_requests.quote.create' 'A way to pay was chosen and its quote was made' \
        'rehive/service_payment_requests.otp.create' 'A one-time code was made for the payer' \
        'rehive/service_payment_requests.payer_reminder' 'The payer is due to be reminded of the invoice' \
        'rehive/service_payment_requests.payer_requested' 'The invoice is due to be sent to the payer' \
        'rehive/company.link.create' 'A link with another company was asked for' \
        'rehive/company.link.update' 'A link with another company changed' \
        'rehive/company.update' 'The company\'s own details changed' \
        'rehive/currency.create' 'A currency was added to the company' \
        'rehive/currency.update' 'A currency of the company changed' \
        'rehive/user.create' 'A user registered or was added' \
        'rehive/user.update' 'A user\'s details or state changed' \
        'rehive/user.password.reset' 'A user asked for a new password' \
        'rehive/user.password.set' 'A user is to choose a first password' \
        'rehive/user.deactivate.verify' 'A user is to confirm closing the account' \
        'rehive/user.request_delete.verify' 'A user is to confirm deleting the account' \
        'rehive/user.email.verify' 'An e-mail address is to be confirmed' \
        'rehive/user.mobile.verify' 'A mobile number is to be confirmed' \
        'rehive/email.create' 'A user added an e-mail address' \
        'rehive/email.update' 'A user\'s e-mail address changed' \
        'rehive/mobile.create' 'A user added a mobile number' \
        'rehive/mobile.update' 'A user\'s mobile number changed' \
        'rehive/address.create' 'A user added a postal address' \
        'rehive/address.update' 'A user\'s postal address changed' \
        'rehive/document.create' 'A user handed in a document' \
        'rehive/document.update' 'A document or its check changed' \
        'rehive/bank_account.create' 'A user added a bank account' \
        'rehive/bank_account.update' 'A user\'s bank account changed' \
        'rehive/bank_account.delete' 'A user\'s bank account was removed' \
        'rehive/crypto_account.create' 'A user added a crypto address' \
        'rehive/crypto_account.update' 'A user\'s crypto address changed' \
        'rehive/account.create' 'An account was opened' \
        'rehive/account.update' 'An account changed' \
        'rehive/account.currency.create' 'A currency was added to an account' \
        'rehive/transaction.create' 'A transaction was made' \
        'rehive/transaction.update' 'A transaction\'s data changed' \
        'rehive/transaction.initiate' 'A transaction passed its checks and is pending' \
        'rehive/transaction.execute' 'A transaction ended, as Complete or Failed' \
        'rehive/transaction.transition.create' 'A change of a transaction\'s status was planned' \
        'rehive/transaction.transition.update' 'A planned change of status was decided' \
        'rehive/mfa.sms.verify' 'A code for a login in two steps is to be sent' \
        'rehive/alert.create' 'An alert was raised' \
        'rehive/alert.update' 'An alert changed'
end

function __fish_inqud_hook_scenarios
    printf '%s\t%s\n' \
        'paid-with-review' 'Compliance looks at the payment and lets it through.' \
        'declined' 'Compliance looks at the payment and declines it.' \
        'underpaid' '200 arrive where 271.42 are asked for; the merchant accepts, without a paid event.' \
        'underpaid-paid' '200 arrive where 271.42 are asked for; the merchant accepts, INVOICE_PAID follows.' \
        'underpaid-refused' '200 arrive where 271.42 are asked for; the merchant refuses, no event follows.' \
        'underpaid-refunded' '200 arrive where 271.42 are asked for; the merchant refuses and pays out.' \
        'unlimited' 'An unlimited invoice takes two deposits.' \
        'payout' 'A payout is approved, sent and completed.' \
        'payout-failed' 'A payout is approved, but a check stops it.' \
        'top-up' 'A deposit to the account is reviewed and arrives.' \
        'top-up-declined' 'A deposit to the account is reviewed and declined.' \
        'onramp' 'A customer buys crypto for fiat money.' \
        'onramp-retried' 'The first payment of an on-ramp order fails, the second arrives.' \
        'purse' 'A deposit to a customer\'s address is reviewed and credited.' \
        'purse-declined' 'A deposit to a customer\'s address is reviewed and declined.' \
        'checkout-paid' 'A payer opens the checkout, picks USDT on Tron and pays in full.' \
        'checkout-underpaid' 'The payer sends too little, and the checkout ends in a conflict.' \
        'checkout-expired' 'The payer picks an asset but never pays, and the checkout lapses.' \
        'request-paid' 'A request made through the API is paid in full within its window.' \
        'request-underpaid' 'The payer sends too little for a request, which ends in a conflict.' \
        'request-expired' 'Nothing arrives for a request within its window.' \
        'recurring-success' 'A payer subscribes, and the first invoice is charged at once.' \
        'recurring-failure' 'The first charge fails and so does its retry; the subscription ends unpaid.' \
        'onramp-paid' 'A payer buys by card, and the merchant is credited in USDC.' \
        'onramp-failed' 'The payer\'s card payment fails, and the merchant is credited nothing.' \
        'payin-failed' 'A card payment is started and fails.' \
        'payout-partial' 'A payout of 500 USDT goes through only in part.' \
        'underpaid-then-paid' 'The payer\'s exchange keeps a fee; the payer sends the rest.' \
        'late' 'The payer pays in full, after the due date.' \
        'failed' 'The payment fails for good; the payer needs a new invoice.' \
        'cancelled' 'The payer sends too little; the merchant refunds it and cancels.' \
        'deposit' 'Bitcoin reach a user\'s wallet and are confirmed.' \
        'calypso/paid' 'A single invoice is paid to the cent.' \
        'calypso/paid-with-review' 'Compliance looks at the payment and lets it through.' \
        'calypso/declined' 'Compliance looks at the payment and declines it.' \
        'calypso/overpaid' '300 arrive where 271.42 are asked for, and the merchant accepts.' \
        'calypso/underpaid' '200 arrive where 271.42 are asked for; the merchant accepts, without a paid event.' \
        'calypso/underpaid-paid' '200 arrive where 271.42 are asked for; the merchant accepts, INVOICE_PAID follows.' \
        'calypso/underpaid-refused' '200 arrive where 271.42 are asked for; the merchant refuses, no event follows.' \
        'calypso/underpaid-refunded' '200 arrive where 271.42 are asked for; the merchant refuses and pays out.' \
        'calypso/expired' 'The invoice is not paid within its three hours (TRON).' \
        'calypso/unlimited' 'An unlimited invoice takes two deposits.' \
        'calypso/payout' 'A payout is approved, sent and completed.' \
        'calypso/payout-failed' 'A payout is approved, but a check stops it.' \
        'calypso/top-up' 'A deposit to the account is reviewed and arrives.' \
        'calypso/top-up-declined' 'A deposit to the account is reviewed and declined.' \
        'calypso/onramp' 'A customer buys crypto for fiat money.' \
        'calypso/onramp-retried' 'The first payment of an on-ramp order fails, the second arrives.' \
        'calypso/onramp-expired' 'A customer confirms an order and never pays.' \
        'calypso/purse' 'A deposit to a customer\'s address is reviewed and credited.' \
        'calypso/purse-declined' 'A deposit to a customer\'s address is reviewed and declined.' \
        'inqud/checkout-paid' 'A payer opens the checkout, picks USDT on Tron and pays in full.' \
        'inqud/checkout-underpaid' 'The payer sends too little, and the checkout ends in a conflict.' \
        'inqud/checkout-expired' 'The payer picks an asset but never pays, and the checkout lapses.' \
        'inqud/request-paid' 'A request made through the API is paid in full within its window.' \
        'inqud/request-underpaid' 'The payer sends too little for a request, which ends in a conflict.' \
        'inqud/request-expired' 'Nothing arrives for a request within its window.' \
        'inqud/recurring-success' 'A payer subscribes, and the first invoice is charged at once.' \
        'inqud/recurring-failure' 'The first charge fails and so does its retry; the subscription ends unpaid.' \
        'inqud/onramp-paid' 'A payer buys by card, and the merchant is credited in USDC.' \
        'inqud/onramp-failed' 'The payer\'s card payment fails, and the merchant is credited nothing.' \
        'inqud/onramp-expired' 'The payer opens the on-ramp checkout and lets its hour pass.' \
        'inqud/payin-failed' 'A card payment is started and fails.' \
        'inqud/payout-partial' 'A payout of 500 USDT goes through only in part.' \
        'rehive/paid' 'The payer sends the quoted bitcoin, which are then converted.' \
        'rehive/underpaid-then-paid' 'The payer\'s exchange keeps a fee; the payer sends the rest.' \
        'rehive/overpaid' 'The payer rounds up; the difference has to go back.' \
        'rehive/late' 'The payer pays in full, after the due date.' \
        'rehive/expired' 'The payer never pays.' \
        'rehive/failed' 'The payment fails for good; the payer needs a new invoice.' \
        'rehive/cancelled' 'The payer sends too little; the merchant refunds it and cancels.' \
        'rehive/deposit' 'Bitcoin reach a user\'s wallet and are confirmed.'
end

function __fish_inqud_hook_providers
    printf '%s\t%s\n' \
        'calypso' 'Invoices, payouts, on-ramp, customer deposit addresses and account top-ups.' \
        'inqud' 'Crypto widget, static addresses, recurring payments, on-ramp, payins and payouts.' \
        'rehive' 'Merchants\' invoices (payment requests), and the events of the Rehive platform.'
end

function __fish_inqud_hook_schemes
    printf '%s\t%s\n' \
        'calypso' 'Invoices, payouts, on-ramp, customer deposit addresses and account top-ups.' \
        'inqud' 'Crypto widget, static addresses, recurring payments, on-ramp, payins and payouts.' \
        'rehive' 'Merchants\' invoices (payment requests), and the events of the Rehive platform.' \
        'none' 'No signature at all'
end

function __fish_inqud_hook_topics
    printf '%s\t%s\n' \
        'empty-body' 'there is no body, or nothing but white space' \
        'too-large' 'a body larger than any webhook' \
        'invalid-utf8' 'bytes that are not valid UTF-8' \
        'byte-order-mark' 'a byte-order mark before the JSON' \
        'syntax' 'the text is not JSON' \
        'truncated' 'the JSON ends too early' \
        'extra-value' 'more text after the body' \
        'too-deep' 'nested deeper than common parsers allow' \
        'not-an-object' 'a body that is not an object, or a list without bodies' \
        'duplicate-key' 'an object with the same key twice' \
        'lone-surrogate' 'half of a surrogate pair in an escape' \
        'nul-character' 'a NUL character in a text' \
        'number-overflow' 'a number too large for a double' \
        'number-precision' 'a number with more digits than a double can hold' \
        'bad-record' 'a journal line that is not a delivery' \
        'torn-record' 'the last line of a journal is incomplete' \
        'masked-body' 'a captured body with stars in place of a secret' \
        'too-many-findings' 'too many findings in one text' \
        'too-many-values' 'more bodies or values than are checked' \
        'unrecognised' 'a body that no provider sends' \
        'unknown-event' 'an event name that is not in the catalogue' \
        'misspelt-event' 'a known typo of an event name from the provider\'s docs' \
        'event-mismatch' 'a body that names two different events' \
        'two-event-names' 'a body that uses two names for one event' \
        'missing-field' 'a required field is missing' \
        'null-field' 'a required field is null' \
        'wrong-type' 'a value of an undocumented type' \
        'other-type' 'a value of a type that only part of the docs allows' \
        'unknown-value' 'a value outside the documented list' \
        'unlisted-value' 'a value outside the values known so far' \
        'out-of-range' 'a number outside the documented range' \
        'unknown-field' 'an undocumented field' \
        'misspelt-field' 'a known typo of a field from the provider\'s docs' \
        'too-long' 'a text longer than the provider\'s API allows' \
        'empty-list' 'an empty list that should have an item' \
        'time-format' 'a time that is not in the provider\'s format' \
        'impossible-time' 'a date or time that does not exist' \
        'time-zone' 'a time without its zone' \
        'time-order' 'two times in an impossible order' \
        'time-unit' 'seconds or microseconds instead of milliseconds' \
        'time-zero' 'a time that is 0' \
        'amount-form' 'an amount as text that is not a decimal number' \
        'negative-amount' 'an amount below zero' \
        'zero-amount' 'a zero amount in an event that reports a payment' \
        'paid-short' 'a paid invoice with less than 99.5 % paid' \
        'paid-differs' 'a paid invoice with a slightly different amount paid' \
        'id-prefix' 'an id with the prefix of another kind of object' \
        'id-form' 'an id that is not a UUID' \
        'address-form' 'an address of another chain than the currency\'s' \
        'hash-form' 'a transaction hash of another chain than the currency\'s' \
        'quote-status' 'a quote whose status and amounts disagree' \
        'quote-amount' 'a quote whose amount differs from the request\'s' \
        'sum-mismatch' 'amounts and fees that do not add up' \
        'gate' 'all cases of the group gate' \
        'forge' 'all cases of the group forge' \
        'wire' 'all cases of the group wire' \
        'ack' 'all cases of the group ack' \
        'state' 'all cases of the group state' \
        'crash' 'all cases of the group crash' \
        'load' 'all cases of the group load' \
        'gate/genuine' 'accepts a genuine delivery' \
        'gate/state-still' 'keeps its state while nothing is sent' \
        'gate/state-moves' 'records a genuine payment' \
        'gate/alive' 'still accepts genuine deliveries after each case' \
        'forge/no-signature' 'refuses a delivery without a signature' \
        'forge/empty-signature' 'refuses an empty signature' \
        'forge/wrong-secret' 'refuses a delivery signed with another secret' \
        'forge/guessable' 'refuses deliveries signed with secrets from docs and tutorials' \
        'forge/empty-key' 'refuses a delivery signed with the empty secret' \
        'forge/public-key' 'refuses a delivery signed with the public key' \
        'forge/truncated' 'refuses a shortened or lengthened signature' \
        'forge/one-digit' 'refuses a signature with one wrong digit' \
        'forge/other-body' 'refuses the signature of another delivery' \
        'forge/unkeyed-hash' 'refuses a plain hash of the body' \
        'forge/other-hash' 'refuses a signature made with another hash algorithm' \
        'forge/tampered-field' 'refuses a body with one field changed after signing' \
        'forge/reformatted' 'refuses a body that was reformatted after signing' \
        'forge/appended' 'refuses a body with something appended after signing' \
        'forge/spoofed-ip' 'does not trust the address in X-Forwarded-For' \
        'forge/scheme' 'refuses the secret in another form or place' \
        'forge/method' 'ignores unsigned GET and PUT requests' \
        'forge/malformed' 'refuses malformed signatures' \
        'forge/effect' 'changes nothing for a forgery' \
        'forge/poison' 'accepts a genuine delivery after a forgery with its id' \
        'forge/leak' 'keeps secrets out of its answers' \
        'wire/lowercase-header' 'accepts header names in lower case' \
        'wire/split' 'accepts a body that arrives in pieces' \
        'wire/text' 'accepts accents, other scripts and emoji' \
        'wire/escaped' 'accepts escaped characters' \
        'wire/spaces' 'accepts a pretty-printed body' \
        'wire/key-order' 'accepts fields in another order' \
        'wire/extra-field' 'accepts fields that it does not know' \
        'wire/nullable' 'accepts documented nulls and absent fields' \
        'wire/decimal' 'accepts amounts with trailing zeros and many decimals' \
        'wire/long-number' 'accepts ids of 64 bits' \
        'wire/quotes' 'accepts quotes and markup in free text' \
        'wire/charset' 'accepts a charset in Content-Type' \
        'wire/chunked' 'accepts a chunked body' \
        'wire/expect' 'accepts Expect: 100-continue' \
        'wire/http10' 'accepts HTTP/1.0' \
        'wire/duplicate-keys' 'copes with a field that occurs twice' \
        'wire/150kb' 'accepts a body of 150 kB' \
        'ack/code' 'answers with the status that the provider expects' \
        'ack/slow' 'answers before the provider gives up' \
        'ack/duplicate' 'accepts the same delivery again' \
        'ack/old' 'accepts a delivery as old as the last retry' \
        'ack/every-event' 'accepts every event of the provider' \
        'ack/unknown-event' 'accepts an event that it does not know' \
        'ack/unknown-order' 'accepts a payment for an unknown order' \
        'state/duplicate' 'counts a repeated delivery once' \
        'state/concurrent' 'counts simultaneous copies once' \
        'state/same-news' 'counts the same news under a new delivery id once' \
        'state/reversed' 'ends in the same state when events arrive in reverse order' \
        'state/shuffled' 'ends in the same state when events arrive in random order' \
        'state/late-old' 'keeps a paid order paid when older events arrive late' \
        'state/second-event' 'records a payment after the event that announced it' \
        'state/abort-retry' 'counts a payment once when the connection broke' \
        'state/outage' 'loses no payment while its database is away' \
        'state/unpaid-final' 'ships nothing for events that do not mean paid' \
        'state/underpaid' 'ships nothing for an underpaid order' \
        'state/short-paid' 'compares the price with what was really paid' \
        'state/wrong-amount' 'compares the amount with the order\'s price' \
        'state/wrong-currency' 'compares the currency with the order\'s' \
        'state/decimal' 'accepts the exact price with and without trailing zeros' \
        'state/cross-order' 'keeps orders with similar names apart' \
        'state/early' 'keeps a payment that arrives before earlier events' \
        'state/mempool' 'waits for the confirmation of a payment' \
        'state/overpaid' 'takes or holds an overpaid order' \
        'crash/kill-after-answer' 'keeps an accepted payment through kill -9' \
        'crash/kill-while-handling' 'recovers from kill -9 in the middle of a payment' \
        'crash/duplicate-after-restart' 'recognises a repeated delivery after a restart' \
        'crash/terminate' 'loses no payment at SIGTERM' \
        'load/big' 'survives a body of 8 MiB' \
        'load/deep' 'survives a body that is nested 100,000 levels deep' \
        'load/odd-json' 'survives JSON that is not an event' \
        'load/lying-length' 'survives a wrong Content-Length' \
        'load/slow-sender' 'serves other senders beside slow ones' \
        'load/burst' 'accepts 20 orders at once'
end

function __fish_inqud_hook_cases
    printf '%s\t%s\n' \
        'gate' 'all cases of the group gate' \
        'forge' 'all cases of the group forge' \
        'wire' 'all cases of the group wire' \
        'ack' 'all cases of the group ack' \
        'state' 'all cases of the group state' \
        'crash' 'all cases of the group crash' \
        'load' 'all cases of the group load' \
        'gate/genuine' 'accepts a genuine delivery' \
        'gate/state-still' 'keeps its state while nothing is sent' \
        'gate/state-moves' 'records a genuine payment' \
        'gate/alive' 'still accepts genuine deliveries after each case' \
        'forge/no-signature' 'refuses a delivery without a signature' \
        'forge/empty-signature' 'refuses an empty signature' \
        'forge/wrong-secret' 'refuses a delivery signed with another secret' \
        'forge/guessable' 'refuses deliveries signed with secrets from docs and tutorials' \
        'forge/empty-key' 'refuses a delivery signed with the empty secret' \
        'forge/public-key' 'refuses a delivery signed with the public key' \
        'forge/truncated' 'refuses a shortened or lengthened signature' \
        'forge/one-digit' 'refuses a signature with one wrong digit' \
        'forge/other-body' 'refuses the signature of another delivery' \
        'forge/unkeyed-hash' 'refuses a plain hash of the body' \
        'forge/other-hash' 'refuses a signature made with another hash algorithm' \
        'forge/tampered-field' 'refuses a body with one field changed after signing' \
        'forge/reformatted' 'refuses a body that was reformatted after signing' \
        'forge/appended' 'refuses a body with something appended after signing' \
        'forge/spoofed-ip' 'does not trust the address in X-Forwarded-For' \
        'forge/scheme' 'refuses the secret in another form or place' \
        'forge/method' 'ignores unsigned GET and PUT requests' \
        'forge/malformed' 'refuses malformed signatures' \
        'forge/effect' 'changes nothing for a forgery' \
        'forge/poison' 'accepts a genuine delivery after a forgery with its id' \
        'forge/leak' 'keeps secrets out of its answers' \
        'wire/lowercase-header' 'accepts header names in lower case' \
        'wire/split' 'accepts a body that arrives in pieces' \
        'wire/text' 'accepts accents, other scripts and emoji' \
        'wire/escaped' 'accepts escaped characters' \
        'wire/spaces' 'accepts a pretty-printed body' \
        'wire/key-order' 'accepts fields in another order' \
        'wire/extra-field' 'accepts fields that it does not know' \
        'wire/nullable' 'accepts documented nulls and absent fields' \
        'wire/decimal' 'accepts amounts with trailing zeros and many decimals' \
        'wire/long-number' 'accepts ids of 64 bits' \
        'wire/quotes' 'accepts quotes and markup in free text' \
        'wire/charset' 'accepts a charset in Content-Type' \
        'wire/chunked' 'accepts a chunked body' \
        'wire/expect' 'accepts Expect: 100-continue' \
        'wire/http10' 'accepts HTTP/1.0' \
        'wire/duplicate-keys' 'copes with a field that occurs twice' \
        'wire/150kb' 'accepts a body of 150 kB' \
        'ack/code' 'answers with the status that the provider expects' \
        'ack/slow' 'answers before the provider gives up' \
        'ack/duplicate' 'accepts the same delivery again' \
        'ack/old' 'accepts a delivery as old as the last retry' \
        'ack/every-event' 'accepts every event of the provider' \
        'ack/unknown-event' 'accepts an event that it does not know' \
        'ack/unknown-order' 'accepts a payment for an unknown order' \
        'state/duplicate' 'counts a repeated delivery once' \
        'state/concurrent' 'counts simultaneous copies once' \
        'state/same-news' 'counts the same news under a new delivery id once' \
        'state/reversed' 'ends in the same state when events arrive in reverse order' \
        'state/shuffled' 'ends in the same state when events arrive in random order' \
        'state/late-old' 'keeps a paid order paid when older events arrive late' \
        'state/second-event' 'records a payment after the event that announced it' \
        'state/abort-retry' 'counts a payment once when the connection broke' \
        'state/outage' 'loses no payment while its database is away' \
        'state/unpaid-final' 'ships nothing for events that do not mean paid' \
        'state/underpaid' 'ships nothing for an underpaid order' \
        'state/short-paid' 'compares the price with what was really paid' \
        'state/wrong-amount' 'compares the amount with the order\'s price' \
        'state/wrong-currency' 'compares the currency with the order\'s' \
        'state/decimal' 'accepts the exact price with and without trailing zeros' \
        'state/cross-order' 'keeps orders with similar names apart' \
        'state/early' 'keeps a payment that arrives before earlier events' \
        'state/mempool' 'waits for the confirmation of a payment' \
        'state/overpaid' 'takes or holds an overpaid order' \
        'crash/kill-after-answer' 'keeps an accepted payment through kill -9' \
        'crash/kill-while-handling' 'recovers from kill -9 in the middle of a payment' \
        'crash/duplicate-after-restart' 'recognises a repeated delivery after a restart' \
        'crash/terminate' 'loses no payment at SIGTERM' \
        'load/big' 'survives a body of 8 MiB' \
        'load/deep' 'survives a body that is nested 100,000 levels deep' \
        'load/odd-json' 'survives JSON that is not an event' \
        'load/lying-length' 'survives a wrong Content-Length' \
        'load/slow-sender' 'serves other senders beside slow ones' \
        'load/burst' 'accepts 20 orders at once'
end

function __fish_inqud_hook_rules_or_warnings
    printf '%s\t%s\n' \
        'warnings' 'all rules whose findings are warnings' \
        'empty-body' 'there is no body, or nothing but white space' \
        'too-large' 'a body larger than any webhook' \
        'invalid-utf8' 'bytes that are not valid UTF-8' \
        'byte-order-mark' 'a byte-order mark before the JSON' \
        'syntax' 'the text is not JSON' \
        'truncated' 'the JSON ends too early' \
        'extra-value' 'more text after the body' \
        'too-deep' 'nested deeper than common parsers allow' \
        'not-an-object' 'a body that is not an object, or a list without bodies' \
        'duplicate-key' 'an object with the same key twice' \
        'lone-surrogate' 'half of a surrogate pair in an escape' \
        'nul-character' 'a NUL character in a text' \
        'number-overflow' 'a number too large for a double' \
        'number-precision' 'a number with more digits than a double can hold' \
        'bad-record' 'a journal line that is not a delivery' \
        'torn-record' 'the last line of a journal is incomplete' \
        'masked-body' 'a captured body with stars in place of a secret' \
        'too-many-findings' 'too many findings in one text' \
        'too-many-values' 'more bodies or values than are checked' \
        'unrecognised' 'a body that no provider sends' \
        'unknown-event' 'an event name that is not in the catalogue' \
        'misspelt-event' 'a known typo of an event name from the provider\'s docs' \
        'event-mismatch' 'a body that names two different events' \
        'two-event-names' 'a body that uses two names for one event' \
        'missing-field' 'a required field is missing' \
        'null-field' 'a required field is null' \
        'wrong-type' 'a value of an undocumented type' \
        'other-type' 'a value of a type that only part of the docs allows' \
        'unknown-value' 'a value outside the documented list' \
        'unlisted-value' 'a value outside the values known so far' \
        'out-of-range' 'a number outside the documented range' \
        'unknown-field' 'an undocumented field' \
        'misspelt-field' 'a known typo of a field from the provider\'s docs' \
        'too-long' 'a text longer than the provider\'s API allows' \
        'empty-list' 'an empty list that should have an item' \
        'time-format' 'a time that is not in the provider\'s format' \
        'impossible-time' 'a date or time that does not exist' \
        'time-zone' 'a time without its zone' \
        'time-order' 'two times in an impossible order' \
        'time-unit' 'seconds or microseconds instead of milliseconds' \
        'time-zero' 'a time that is 0' \
        'amount-form' 'an amount as text that is not a decimal number' \
        'negative-amount' 'an amount below zero' \
        'zero-amount' 'a zero amount in an event that reports a payment' \
        'paid-short' 'a paid invoice with less than 99.5 % paid' \
        'paid-differs' 'a paid invoice with a slightly different amount paid' \
        'id-prefix' 'an id with the prefix of another kind of object' \
        'id-form' 'an id that is not a UUID' \
        'address-form' 'an address of another chain than the currency\'s' \
        'hash-form' 'a transaction hash of another chain than the currency\'s' \
        'quote-status' 'a quote whose status and amounts disagree' \
        'quote-amount' 'a quote whose amount differs from the request\'s' \
        'sum-mismatch' 'amounts and fees that do not add up'
end

function __fish_inqud_hook_commands
    printf '%s\t%s\n' \
        'send' 'Send signed sample events, scenarios, or your own body' \
        'listen' 'Receive deliveries; verify, validate and show them' \
        'log' 'Search recorded deliveries, show one, or compare two' \
        'inspect' 'Show recorded deliveries on a page' \
        'replay' 'Send captured deliveries again' \
        'test' 'Attack an endpoint with right and wrong deliveries, and judge it' \
        'validate' 'Check captured bodies against the event schemas' \
        'verify' 'Check signatures of captured deliveries, and say why one is wrong' \
        'events' 'List the known events, or show one of them' \
        'explain' 'Explain a lint rule or a test case, or list them' \
        'init' 'Write a commented inqud-hook.toml into this folder' \
        'config' 'Show all settings and where each comes from' \
        'completions' 'Print a completion script for a shell' \
        'man' 'Print a manual page, or write all of them to a folder'
end
