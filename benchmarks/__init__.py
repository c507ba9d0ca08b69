"""Load and speed measurements that anyone can rerun: `make bench`."""
