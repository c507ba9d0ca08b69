"""The sentences that reach people by way of a row, a child process or the reader, which know no languages.

They are made in English, where and when the work is done; `wording.worded` finds the sentence again among these and
says it in the language of whoever looks. What stands in `%(…)s` may itself be one of these. A test holds them against
what the reader, the file openers and the workers can say.
"""

from django.utils.translation import gettext_noop as _

PICTURES = (
    _("This file is empty; send a picture."),
    _("This file has %(megabytes)s MB; send at most %(most)s MB."),
    _("This picture has %(width)s×%(height)s pixels; send at most %(limit)s megapixels."),
    _(
        "This picture has %(width)s×%(height)s pixels; send at least %(least)s×%(side)s, better 100 pixels or more for "
        "each digit."
    ),
    _(
        "This %(kind)s file has %(width)s×%(height)s pixels and would take %(needed)s MB to open; send at most "
        "%(limit)s megapixels of this kind, or save it as an ordinary JPEG."
    ),
    _(
        "This %(kind)s file is damaged or not complete, its picture cannot be shown; save or send it again.",
    ),
    _(
        "This picture has %(width)s×%(height)s pixels; no side may be longer than %(limit)s. Send it in parts.",
    ),
    _("This file is not a picture; send %(kinds)s."),
    _("This is %(kind)s, which is not read here; send %(kinds)s."),
    _("PNG, JPEG, WebP, BMP, TIFF, GIF or HEIC"),
)
KINDS = (
    _("a PDF"),
    _("a PDF document"),
    _("a TIFF file of several pages"),
    _("a TIFF of several pages"),
    _("a ZIP archive"),
    _("a ZIP archive or office document"),
    _("an archive"),
    _("a compressed file"),
    _("an icon"),
    _("a Photoshop file"),
    _("a JPEG 2000 picture"),
    _("a JPEG XL picture"),
    _("a PostScript file"),
    _("a Netpbm picture"),
    _("an AVIF picture"),
    _("an SVG drawing"),
)
FILES = (
    _("This is %(kind)s, which may hold many pictures; send it as a batch: POST /api/v1/batches/."),
    _("This one takes too much memory to open; send it smaller."),
    _("This one takes too much memory or time; send it smaller."),
    _("This one is damaged and cannot be opened; save it again."),
    _("This file takes too much memory or time to open; send it in parts."),
    _("Too much of this file takes too much memory or time; save it anew, or smaller."),
    _("This PDF is damaged or not complete; save or send it again."),
    _("This PDF asks for a password; save it without one, then send it again."),
    _("This PDF has %(pages)s pages; send at most %(limit)s at a time."),
    _("This PDF has no page; send one that has."),
    _("This page of the PDF is damaged and cannot be drawn; save the PDF again, or send a picture."),
    _("This page of the PDF has no size; save the PDF again."),
    _("This page of the PDF is %(width)s×%(height)s points large; send a page on which digits have room."),
    _("This TIFF file has %(pages)s pages; send at most %(limit)s at a time."),
    _("This TIFF file is damaged; save or send it again."),
    _("This is an office document; save it as a PDF and send that."),
    _("This ZIP file is damaged; make or send it again."),
    _("This ZIP file has nothing in it; put your pictures into it."),
    _("This ZIP has %(count)s files; send at most %(limit)s at a time."),
    _("This ZIP has %(size)s MB when unpacked; send at most %(limit)s MB at a time."),
    _("This entry has %(size)s MB; a picture may have %(limit)s MB."),
    _("This entry of the ZIP is damaged, or packed in a way that is not read; make the ZIP again."),
    _("This entry asks for a password; make the ZIP without one."),
    _("The name of this entry leads out of the ZIP; make the ZIP again."),
    _("This is a ZIP inside the ZIP, which is not opened; send it by itself."),
    _("This is %(kind)s inside the ZIP; send it by itself."),
)
FORMATS = (
    _("There is no format “%(code)s”. Choose one of %(codes)s; a parameter follows a colon, as in %(example)s."),
    _("The format %(code)s takes nothing behind it; “%(parameter)s” cannot be used."),
    _("The format %(code)s needs more behind a colon, as in %(example)s: %(parameter)s."),
    _("A format has at most %(limit)s characters."),
    _("An amount's decimal mark is amount:point or amount:comma; with amount alone it may be either."),
    _("Give a meter's digits as meter:5, or with its decimals as meter:5.3; 1 to 12 digits, 1 to 9 decimals."),
    _("Give the order of a date as date:dmy (day first), date:mdy (month first) or date:ymd (year first)."),
    _("Give a length as length:6, or a range as length:4-8; 1 to %(limit)s digits."),
    _(
        "Give a pattern as pattern:DDD-DDDD: D for any digit, digits that are always there, blanks and .,:/()+- "
        "between them; at most %(limit)s signs."
    ),
    _("Give the country of the IBAN, as in iban:DE; one of %(codes)s."),
    _("Give the country of the postal code, as in postal:IN; one of %(codes)s."),
    _("the country: %(codes)s"),
    _("a number or a range, 1 to %(limit)s"),
    _("at most %(limit)s of D, digits, blanks and .,:/()+-"),
    _("Amount of money"),
    _("Date"),
    _("Postal code"),
    _("Meter reading"),
    _("Card number"),
    _("Aadhaar number"),
    _("So many digits"),
    _("A pattern"),
)
NUMBERS = (
    _("Expected %(wanted)s, found %(found)s."),
    _("Expected %(wanted)s; the mark stands at another place."),
    _("1 digit"),
    _("%(count)s digits"),
    _("%(least)s to %(most)s digits"),
    _("%(counts)s or %(last)s digits"),
    _("%(wanted)s and up to %(count)s decimals"),
    _("No likely reading of these digits is right for the format %(code)s."),
    _("An amount has only dots and commas between its digits."),
    _("The thousands of an amount are parted into groups of three digits."),
    _("An amount has two decimals; behind “%(mark)s” stand %(count)s digits."),
    _("An amount has one decimal mark, and another one between its thousands."),
    _("A meter reading has one decimal mark at most."),
    _("A date has dots, slashes, hyphens or gaps between day, month and year."),
    _("The marks do not part day, month and year."),
    _("The 1 at place %(place)s is read as a slash: only then it is a day of the calendar."),
    _("The %(read)s at place %(place)s is read as %(answer)s: %(reason)s."),
    _("only then it is a day of the calendar"),
    _("only then the ISBN's check digit fits"),
    _("only then the check digit fits (Luhn)"),
    _("only then the check digit fits (Verhoeff)"),
    _("only then the IBAN's check digits fit"),
    _("an IBAN's check digits are 02 to 98"),
    _("an ISBN of 13 digits begins with 978 or 979"),
    _("an Aadhaar number does not begin with 0 or 1"),
    _("the pattern has this digit there"),
    _("a postal code of %(country)s does not begin with 0"),
    _("a postal code of %(country)s begins with an area of %(least)s to %(most)s"),
    _("Austria"),
    _("Australia"),
    _("Brazil"),
    _("Switzerland"),
    _("Germany"),
    _("Spain"),
    _("France"),
    _("India"),
    _("Italy"),
    _("Japan"),
    _("Poland"),
    _("the United States"),
)
WORK = (
    _("%(count)s calls for you are still to be made. Name no further address for now."),
    _("These are %(count)s addresses; send at most %(limit)s at a time."),
    _("%(count)s explanations for you are still to be made. Ask again in some seconds."),
    _("%(count)s files or addresses of yours are still to be opened. Send this in a minute."),
    _("This Idempotency-Key came with another picture or format before. Use a new key."),
    _("This Idempotency-Key came with other pictures before. Use a new key."),
    _("This batch takes no more pictures. Make a new one."),
    _("This page address is not one of ours; start again without a cursor."),
    _("This picture could not be read. Try another photo of it."),
    _("The stored picture is gone. Send it again."),
    _("The picture could not be fetched; trying again."),
    _("The work broke off %(times)s times. Try again, or send it differently."),
    _("This batch was deleted. Send its pictures anew."),
    _("There is no picture in it that we read. The list says why for each file."),
    _("The stored file is gone. Send it again."),
    _("The file could not be fetched; trying again."),
    _("This file could not be taken apart. Send it in parts."),
    _("You may send %(count)s pictures a minute. Try again in %(seconds)s seconds."),
    _("Your pictures fill the %(limit)s MB you have. Delete some, then send this again."),
    _("There is no room for more pictures just now. Try again later; nothing was kept."),
    _("Too many pictures arrive at once. Send this one again."),
    _("This digit was not found a second time. Have the picture read again, then ask why."),
    _("An earlier model read this digit. Have the picture read again, then ask why."),
    _("This digit could not be explained."),
    _("The pictures could not be stored; trying again."),
)
ADDRESSES = {
    "bad_address": _(
        "This is no web address that can be opened. Give one as https://example.org/marks.png, of 2,000 characters at "
        "most."
    ),
    "address_credentials": _(
        "This address holds a user name or a password. Download the file yourself, and send the file."
    ),
    "address_port": _("Only the usual ports of the web, 80 and 443, are asked. Download the file, and send the file."),
    "address_forbidden": _(
        "This address leads into a private network, into which we do not look. Download the file, and send the file."
    ),
    "host_unknown": _(
        "No host on the public internet is known as %(host)s. Check the address, or download the file and send it."
    ),
    "address_unreachable": _(
        "%(host)s does not answer, or broke off. Try again later, or download the file and send it."
    ),
    "address_too_slow": _("This address answers too slowly; we wait a minute in all. Download the file, and send it."),
    "address_certificate": _(
        "%(host)s cannot prove that it is what it says it is: its certificate is not valid. Download the file, and "
        "send it if you trust it."
    ),
    "fetching_failed": _("This address could not be opened. Download the file, and send it."),
    "too_many_redirects": _("This address leads on more than 5 times. Give the address of the file itself."),
    "address_refused": _(
        "%(host)s hands out no file there; it answers with status %(status)s. Give an address that opens without "
        "logging in."
    ),
    "address_encoded": _("%(host)s sends the file packed, which is not unpacked. Download the file, and send it."),
    "too_many_bytes": _("What lies at this address has more than %(most)s MB, which is the limit. Send it smaller."),
    "address_shows_page": _(
        "That address shows a page, not a picture. Open it, press the picture long or with the right button, copy the "
        "address of the picture, and give that."
    ),
    "drive_folder": _(
        "This link leads to a whole folder in Google Drive. Share its files one by one, or download the folder as a "
        "ZIP and send that."
    ),
    "drive_document": _(
        "This link leads to a Google document, which is no picture. Download it as a PDF, and send the PDF."
    ),
    "drive_private": _(
        "Google Drive hands this file out to nobody but those it is shared with. Share it with “Anyone with the link”, "
        "then send the link again."
    ),
}
"""By their codes: why a web address is not fetched."""
CALLS = {
    "bad_notify": _(
        "A call goes to an https address on the public internet, to port 443, without a user name or a password."
    ),
    "notice_refused": _("The address answered the call with status %(status)s."),
    "notice_unanswered": _("The address did not answer the call."),
    "notice_unwanted": _("The address answered with status 410, which means that it wants no calls."),
}
"""By their codes: why nobody was told that a batch is finished."""
EXPORTS = (
    _("These pictures have more than %(most)s numbers. Choose fewer, or another kind of file."),
    _("This file could not be made. Ask for it again."),
    _("Your pictures could not be fetched for hours. Ask for the file again."),
    _("The pictures could not be fetched; trying again."),
    _("More than %(most)s pictures fit, which is the most for one file. Search for fewer, by days for example."),
    _("More than %(most)s pictures fit. Search for fewer, by days for example."),
    _("No picture fits, so the file would be empty. Search wider."),
    _("You have %(most)s files already, which is the most. Delete one, or wait until one is a day old."),
    _("Many of your pictures are still to be read. Wait until these are done, then ask for more."),
)
SENTENCES = (
    *PICTURES, *KINDS, *FILES, *FORMATS, *NUMBERS, *WORK, *ADDRESSES.values(), *CALLS.values(), *EXPORTS
)  # fmt: skip
