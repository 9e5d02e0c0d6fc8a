"""The demo vendor: a vendor's own case system, a program apart with a database of its own.

It speaks with the bridge as any vendor would, by signed webhooks both ways: it proves each bundle, keeps the whole
history, acknowledges what it holds, and lets a person ask, report, write, propose and give back.
"""
