"""The TM Forum servers for vendors whose system reads ours: TMF621 Trouble Ticket v4, v5, TMF656 Service Problem v4.

A trouble ticket is a hand-off and its story, computed at each request as this vendor may read it; a service problem is
the incident behind it. Nothing of them is stored. What a vendor changes becomes `contracts.webhooks.Incoming`.

`states`, `seen`, `tickets`, `problems` make a resource of what is known; `bodies`, `change` read what a vendor sends;
`query` is `fields`, paging and filters; `events`, `hub`, `notifier` tell listeners; `side` are the use cases; `app` the
routes; `errors` their refusals.
"""
