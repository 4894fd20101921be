"""The media type of a file, told by its name (IANA, "Media Types"; RFC 9110, 8.3).

The table is our own: `mimetypes` reads files of the machine (`/etc/mime.types`) when it is first
used, and its built-in table differs between versions of Python. So one name would have two types.
"""

UNKNOWN = "application/octet-stream"  # a browser saves it, and runs nothing

_EXTENSIONS = {
    "text/html": "htm html",
    "text/css": "css",
    "text/javascript": "js mjs cjs",  # RFC 9239: application/javascript is obsolete
    "text/plain": "txt text log conf ini c h bat ksh pl srt",
    "text/markdown": "md markdown",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/calendar": "ics",
    "text/vcard": "vcf",
    "text/vtt": "vtt",
    "text/x-python": "py",
    "text/x-rst": "rst",
    "application/json": "json map",
    "application/ld+json": "jsonld",
    "application/geo+json": "geojson",
    "application/x-ndjson": "jsonl ndjson",
    "application/manifest+json": "webmanifest",
    "application/xml": "xml xsd xsl",  # it names its charset itself, where text/xml would not
    "application/xhtml+xml": "xhtml",
    "application/xslt+xml": "xslt",
    "application/atom+xml": "atom",
    "application/rss+xml": "rss",
    "application/rdf+xml": "rdf",
    "application/gpx+xml": "gpx",
    "application/yaml": "yaml yml",
    "application/toml": "toml",
    "application/sql": "sql",
    "application/wasm": "wasm",  # a browser compiles it as it comes only if there is no parameter
    "application/pdf": "pdf",
    "application/postscript": "ps eps ai",
    "application/rtf": "rtf",
    "application/epub+zip": "epub",
    "application/msword": "doc dot",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.apple.mpegurl": "m3u8 m3u",
    "application/dash+xml": "mpd",
    "application/zip": "zip",
    "application/java-archive": "jar",
    "application/x-tar": "tar",
    "application/gzip": "gz tgz svgz",
    "application/zstd": "zst",
    "application/x-bzip2": "bz2 tbz2",
    "application/x-xz": "xz txz",
    "application/x-7z-compressed": "7z",
    "application/vnd.rar": "rar",
    "application/vnd.sqlite3": "sqlite sqlite3",
    "application/x-sh": "sh",
    "image/png": "png",
    "image/apng": "apng",
    "image/jpeg": "jpg jpeg jpe",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/jxl": "jxl",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/svg+xml": "svg",
    "image/bmp": "bmp",
    "image/tiff": "tif tiff",
    "image/vnd.microsoft.icon": "ico",
    "font/woff": "woff",
    "font/woff2": "woff2",
    "font/ttf": "ttf",
    "font/otf": "otf",
    "font/collection": "ttc",
    "audio/mpeg": "mp3 mp2",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/ogg": "ogg oga",
    "audio/opus": "opus",
    "audio/flac": "flac",
    "audio/wav": "wav",
    "audio/midi": "mid midi",
    "audio/x-aiff": "aif aiff",
    "video/mp4": "mp4 m4v",
    "video/webm": "webm",
    "video/ogg": "ogv",
    "video/mpeg": "mpg mpeg",
    "video/mp2t": "ts",
    "video/quicktime": "mov qt",
    "video/x-msvideo": "avi",
    "video/matroska": "mkv",
    "video/3gpp": "3gp",
    "message/rfc822": "eml",
    "model/gltf+json": "gltf",
    "model/gltf-binary": "glb",
    "model/stl": "stl",
}

_TYPES = {
    extension: f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    for kind, extensions in _EXTENSIONS.items()
    for extension in extensions.split()
}


def media_type(name: str) -> str:
    """The Content-Type of a file of this name, or path; that of text is said to be in UTF-8.

    The last extension counts, in any case, so `a.tar.gz` is application/gzip: it is sent as the
    file that it is, not as a tar with a Content-Encoding, which a client would undo. A name without
    an extension that is known gives `UNKNOWN`.
    """
    stem, _, extension = name.rpartition("/")[2].rpartition(".")
    return _TYPES.get(extension.lower(), UNKNOWN) if stem.strip(".") else UNKNOWN
