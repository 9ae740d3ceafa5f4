# fish completion for ttydesk(1): the program says itself what may come next.
function __ttydesk_words
	set -l before (commandline -opc)
	$before[1] complete -- $before[2..-1] (commandline -ct) 2>/dev/null
end
complete -c ttydesk -a '(__ttydesk_words)'
