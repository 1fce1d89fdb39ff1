# PgBouncer in transaction mode in front of the server in a folder, on a port of this machine. It runs until its standard
# input is closed. Further settings follow as arguments.
set -e
server=$1 port=$2
shift 2
folder=$(mktemp -d)
trap 'kill "$pooler"; rm -rf "$folder"' EXIT
cat >"$folder/pgbouncer.ini" <<END
[databases]
* = host=$server user=contacts
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 500
END
for setting; do echo "$setting" >>"$folder/pgbouncer.ini"; done
"${PGBOUNCER_PROGRAM:-/usr/sbin/pgbouncer}" --quiet "$folder/pgbouncer.ini" 2>"$folder/log" >&2 &
pooler=$!
read -r _ || true
