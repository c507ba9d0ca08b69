"""Asking hosts on the internet for somebody else: files that lie at web addresses, and calls to addresses people named.

Whoever names an address decides what this machine connects to, so everything here guards the networks that it stands in
("server-side request forgery", CWE-918). `parent` starts a child process for each request and words what went wrong;
`child` and what it uses know no web framework, no database and no secret.
"""
