"""Text for files that are XML inside: what no such file can hold is left out."""

import re

# XML 1.0 section 2.2: the characters no document can hold, escaped or not.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    """The text itself, without characters that XML 1.0 cannot hold; nearly always unchanged. It is not escaped."""
    return text if text.isprintable() else NOT_XML.sub("", text)
