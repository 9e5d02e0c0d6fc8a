"""Files to send: a picture with the place in it, a log, and what is not what it says."""

from io import BytesIO

from PIL import Image

GPS = 0x8825
LOG = ("switch.log", b"09:12 port 7 down\n09:13 port 7 down\n", "text/plain")
PROGRAM = ("bild.jpg", b"MZ\x90\0" + bytes(300), "image/jpeg")
DRAWING = ("bild.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/png")


def photo(name: str = "lampa.jpg", color: str = "red") -> tuple[str, bytes, str]:
    """As a phone sends it: where it was taken is in it."""
    exif = Image.Exif()
    exif[0x010F] = "Kameratillverkaren"
    exif.get_ifd(GPS)[1] = "N"
    content = BytesIO()
    Image.new("RGB", (16, 12), color).save(content, "JPEG", exif=exif)
    return name, content.getvalue(), "image/jpeg"
