# A PostgreSQL server of the test's own, on a socket in a folder of its own, which is gone with the test: it goes on for as
# long as the test holds its standard input, and restarts at each line of it.
set -e
bin=$1
folder=$(mktemp -d)
control() { "$bin/pg_ctl" -D "$folder/data" -s -w "$@" >"$folder/control" 2>&1; }
trap 'control -m immediate stop; rm -rf "$folder"' EXIT
"$bin/initdb" -D "$folder/data" -U contacts -A trust -E UTF8 --locale=C --no-sync >"$folder/control" 2>&1
cat >>"$folder/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$folder'
fsync = off
END
control -l "$folder/log" start
echo "$folder"
while read -r _; do
  control -l "$folder/log" -m immediate restart
  echo restarted
done
