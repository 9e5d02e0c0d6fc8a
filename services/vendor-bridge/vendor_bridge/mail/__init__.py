"""Mail both ways, for vendors that have only a mailbox.

Out: `letters` says a message in words, `build` makes the mail, `profiles.email` sends it. In: `server` speaks SMTP,
`intake` checks and keeps what comes, `room` reads it (`parse`, `quotes`, `automatic`) and gives what it means to
`handlers.VendorSide.say`. `addresses` tie the two together: each hand-off has an address of its own to reply to.
"""
