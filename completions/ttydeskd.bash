# bash completion for ttydeskd(8): words and options as its --help lists them.
_ttydeskd()
{
	local cur=${COMP_WORDS[COMP_CWORD]} word=${COMP_WORDS[1]} all
	if ((COMP_CWORD == 1)) && [[ $cur != -* ]]; then
		all=$("${COMP_WORDS[0]}" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)  *[a-z].*/\1/p')
	elif [[ $cur == -* ]]; then
		((COMP_CWORD == 1)) && word=
		all=$("${COMP_WORDS[0]}" ${word:+"$word"} --help 2>/dev/null | grep -o -- '--[a-z][a-z-]*')
	fi
	mapfile -t COMPREPLY < <(compgen -W "$all" -- "$cur")
}
complete -o default -F _ttydeskd ttydeskd
