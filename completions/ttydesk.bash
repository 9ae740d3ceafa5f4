# bash completion for ttydesk(1): the program says itself what may come next.
_ttydesk()
{
	local IFS=$' \t\n' words last i
	read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
	[[ ${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]] && words+=("")
	last=${words[${#words[@]} - 1]}
	COMPREPLY=()
	while IFS=$'\t' read -r i _; do
		# readline has cut the word at its colons
		[[ $last == *:* && $COMP_WORDBREAKS == *:* ]] && i=${i#"${last%"${last##*:}"}"}
		COMPREPLY+=("$(printf '%q' "$i")")
	done < <("${words[0]}" complete -- "${words[@]:1}" 2>/dev/null)
}
complete -o default -F _ttydesk ttydesk
