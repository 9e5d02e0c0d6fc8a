"""Pictures, decoded and written anew: place and camera, comments, and whatever was glued to them stay behind."""

import warnings
from collections.abc import Callable
from io import BytesIO
from typing import Any, BinaryIO, Final

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from chassis.uploads.refusals import refuse

MOST_PIXELS: Final = 64_000_000
"""Of all frames together, as the file says itself: looked at before anything is decoded."""
MOST_DECODED: Final = 40_000_000
"""The same where a format cannot be decoded smaller (all but JPEG); three or four bytes each in memory."""
LONGEST_SIDE: Final = 4096
"""Pixels; larger pictures are scaled down: a phone's whole sensor shows nothing more of a broken plug."""
_BROKEN: Final = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError)
"""What Pillow's readers raise for bytes that make no sense."""
_SAVED: Final[dict[str, dict[str, Any]]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "PNG": {"optimize": False},
    "WEBP": {"quality": 88},
    "GIF": {},
}


def read(form: str) -> Callable[[BinaryIO, str], BinaryIO]:
    """The reader of one format, by Pillow's name."""

    def anew(file: BinaryIO, name: str) -> BinaryIO:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow's own limit: ours is asked before
            try:
                return _anew(file, name, form)
            except Image.DecompressionBombError:
                raise refuse("too_many_pixels", name) from None
            except _BROKEN:
                raise refuse("unreadable", name) from None

    return anew


def _anew(file: BinaryIO, name: str, form: str) -> BinaryIO:
    with Image.open(file, formats=[form]) as image:
        frames = getattr(image, "n_frames", 1)
        pixels = image.width * image.height * frames
        if pixels > (MOST_PIXELS if form == "JPEG" else MOST_DECODED):
            raise refuse("too_many_pixels", name)
        written = BytesIO()
        if frames > 1 and form in ("GIF", "WEBP"):
            _animated(image, form, written)
            return written
        if form == "JPEG":
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        plain = ImageOps.exif_transpose(_in_mode(image, form))
        plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        _bare(plain).save(written, format=form, **_SAVED[form])
        return written


def _animated(image: Image.Image, form: str, written: BytesIO) -> None:
    """Every frame as it is shown, with its time."""
    frames, times = [], []
    for frame in ImageSequence.Iterator(image):
        frames.append(_bare(frame.convert("RGBA")))
        times.append(int(frame.info.get("duration", 100)))
    frames[0].save(written, format=form, save_all=True, append_images=frames[1:], duration=times, loop=0)


def _in_mode(image: Image.Image, form: str) -> Image.Image:
    """In colours that the format has and every browser shows."""
    image.load()
    if form == "JPEG":
        return image if image.mode in ("RGB", "L") else image.convert("RGB")
    has_holes = "transparency" in image.info or image.mode in ("RGBA", "LA", "PA")
    return image.convert("RGBA" if has_holes else "RGB")


def _bare(image: Image.Image) -> Image.Image:
    """The pixels alone."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare
