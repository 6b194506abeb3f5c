"""The door through which things go out: mail.

A reaction hears a fact and asks for a letter (:mod:`cairn.kernel.mailing`). A job finds its words
(:mod:`cairn.notices.letters`), sets them as text and as HTML (:mod:`cairn.notices.setting`) and sends
it (:mod:`cairn.notices.post`).
"""
