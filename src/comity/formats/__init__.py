"""Pure readers and writers of other people's formats. No I/O: bytes in, frozen values out."""
