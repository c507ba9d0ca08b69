"""Starts and minds the whole product on one machine: `python -m hdr_site.launcher run`.

commands.py      the command lines of web, worker, courier and beat; servers (docker-compose.yml) run the same ones
processes.py     one child process: started, watched, stopped, never left behind
supervisor.py    several of them: restarted when they die, stopped in order
engines.py       the private PostgreSQL and Valkey, as such processes; binaries.py finds the programs
folders.py       where data, sockets, logs and secrets lie; accounts.py: who PostgreSQL runs as when we are root
preparing.py     migrations and static files, when something has changed
product.py       engines + preparing + web, worker, courier and beat
backups.py       database and pictures into one file and back
trial.py         a whole product on a free port, for tests and measurements
"""
