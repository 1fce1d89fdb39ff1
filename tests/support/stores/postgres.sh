# A PostgreSQL server for one test, on a socket in a temporary folder. It runs until its standard input is closed, and then
# removes the folder. Each line of the input restarts it.
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
