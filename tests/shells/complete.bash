# Says what bash offers at the end of each line of its input, by the function that the script registers.
#
#     bash --norc --noprofile complete.bash SCRIPT
source "$1" || exit
registered=$(complete -p inqud-hook)
[[ $registered =~ -F\ ([^ ]+) ]]
function=${BASH_REMATCH[1]}
# How an offer is put into the line can be said only while somebody types.
compopt() { :; }
while IFS= read -r line; do
    read -ra COMP_WORDS <<<"inqud-hook $line"
    [[ -z $line || $line == *' ' ]] && COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=()
    "$function" inqud-hook "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    if [[ ${#COMPREPLY[@]} == 0 && $registered == *' -o default '* ]]; then
        COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
    fi
    printf '%s\n' "> $line" "${COMPREPLY[@]}"
done
