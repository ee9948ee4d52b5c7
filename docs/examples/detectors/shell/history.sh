# Somebody turns off the shell's history. A rule in any language: it reads and
# writes lines of JSON. This one has no JSON parser, and needs none.
echo '{"type":"hello","firebreak":1,"rule":{"title":"History turned off","level":"medium","tags":["attack.t1562.003"]},"fields":["CommandLine"]}'
while IFS= read -r line; do
	case $line in
	'{"type":"event",'*"$WANTED"*)
		id=${line#*\"id\":}
		echo "{\"type\":\"detection\",\"event\":${id%%,*}}"
		;;
	'{"type":"sync",'*)
		sync=${line#*\"sync\":}
		echo "{\"type\":\"done\",\"sync\":${sync%\}}}"
		;;
	esac
done
