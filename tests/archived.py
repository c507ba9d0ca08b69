"""What a person's archive holds, opened."""

import io
import zipfile

from accounts.models import User
from hdr_site.foundation import register
from hdr_site.foundation.archive_files import ArchiveFile


def archived(user: User) -> zipfile.ZipFile:
    """The archive of `user`, written into memory."""
    file = io.BytesIO()
    with ArchiveFile(file) as archive:
        register.export(user, archive)
    return zipfile.ZipFile(file)
