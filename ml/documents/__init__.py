"""Files that hold several pictures, taken apart: PDF, TIFF of several pages, ZIP.

Untrusted files are opened by `child`, a process of its own with limits of memory and time; `parent` starts it and hears
what it says. Neither knows a web framework.
"""
