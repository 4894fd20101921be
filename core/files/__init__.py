"""Files as answers: what is asked of one, what of it is sent, and how it is read.

Start at `file_response`. What decides (`content_plan`, `ranges`, `static_paths` and the others)
knows names, sizes and header fields only; what touches the disk is `file_content`, in steps of
`file_stream` that an adapter carries out.
"""
