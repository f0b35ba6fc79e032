# Says what zsh offers at the end of each line of its input. A shell of its own, behind a pseudo-terminal, completes what is
# typed there; the offers go to a file, so that nothing depends on how a terminal shows them. (With -A, -O and -D compadd
# offers nothing, but fills arrays.)
#
#     zsh -f complete.zsh SCRIPT
zmodload zsh/zpty || exit
offers=$(mktemp) || exit
trap 'rm -f $offers' EXIT
zpty shell zsh -f -i
zpty -w shell "fpath=(${(q)1:h} \$fpath); autoload -Uz compinit; compinit -D -u
compadd() {
    local -a offered
    [[ \" \$* \" == *' -'[AOD]' '* ]] || { builtin compadd -A offered \"\$@\"; print -rl -- \$offered >> $offers }
    builtin compadd \"\$@\"
}
complete() { _main_complete; print . >> $offers }
zle -C complete complete-word complete
bindkey '^I' complete"
while IFS= read -r line; do
    print -r -- "> $line"
    : > $offers
    # Whatever stood there is wiped out first.
    zpty -w -n shell $'\C-u'"inqud-hook $line"$'\t'
    for _ in {1..1000}; do
        [[ $(tail -n 1 $offers) == . ]] && break
        sleep 0.01
    done
    cat $offers
done
zpty -d shell
