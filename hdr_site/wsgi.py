"""The WSGI application that the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

from hdr_site.foundation.memory import return_large_blocks
from hdr_site.request_limits import BodyReceiver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hdr_site.settings")
return_large_blocks()

application = BodyReceiver(get_wsgi_application())
