"""Why a message of the bridge did not get through, as people read it.

The bridge says it in English, for logs and for a vendor's engineer, and so it travels in events. What comes after a
colon there, or in quotes, is the other side's own: it stays as it is.
"""

from typing import Final

from contracts.phrases import in_swedish, phrases
from contracts.values import Words

UNREAD: Final = "a ticket in the vendor's own system cannot be read"
NOBODY_INVITED: Final = "nobody of the vendor may sign in at the portal yet"
_KNOWN: Final = phrases(
    (rf"{NOBODY_INVITED}; invite them: (.+)", "bjud in någon hos leverantören med {0}"),
    (r"answered (\d{3}):? ?(.*)", "svarade {0}: {1}"),
    (r"no answer within (\d+) s", "svarade inte inom {0} s"),
    (r"no connection: (.+)", "gick inte att nå ({0})"),
    (r"its certificate is not trusted: (.+)", "certifikatet går inte att lita på ({0})"),
    (
        r"it wants a client certificate, and none is set for this connection",
        "vill ha ett klientcertifikat, och inget är inlagt för anslutningen",
    ),
    (r"it does not take our client certificate: (.+)", "godtar inte vårt klientcertifikat ({0})"),
    (
        r"it broke the encryption off, maybe since it wants a client certificate: (.+)",
        "bröt den krypterade anslutningen, kanske för att det vill ha ett klientcertifikat ({0})",
    ),
    (r"it broke the encryption off: (.+)", "bröt den krypterade anslutningen ({0})"),
    (r"the name in the address is not resolved within (\d+) s", "adressen gick inte att slå upp inom {0} s"),
    (r"the name (\S+) cannot be resolved", "namnet {0} går inte att slå upp"),
    (r"the address is no http or https address", "adressen börjar inte med http eller https"),
    (r"the address has no such port", "adressen har en port som inte finns"),
    (
        r"the address is not encrypted and not on the operator's list",
        "adressen är okrypterad, och den som driver Eskalera har inte släppt fram den",
    ),
    (r"(\S+) leads into a network that vendors are not in", "{0} leder till ett nät där inga leverantörer finns"),
    (r"the secret '(.+)' is not known to this installation", "den hemliga nyckeln ”{0}” finns inte här"),
    (r"a webhook secret is no base64", "den hemliga nyckeln är inte skriven i base64"),
    (r"a webhook secret is shorter than (\d+) bytes", "den hemliga nyckeln är kortare än {0} byte"),
    (r"the certificate file (\S+) cannot be used: (.+)", "certifikatfilen {0} går inte att använda ({1})"),
    (r"the connection has no address", "anslutningen har ingen adress"),
    (r"the connection has no mailbox", "anslutningen har ingen e-postadress"),
    (r"the connection's mailbox is no address", "anslutningens e-postadress är ingen adress"),
    (r"the connection's address is none of an Eskalera's", "anslutningens adress är ingen som en Eskalera har"),
    (r"this installation does not run the profile (\S+)", "den här installationen kan inte {0}"),
    (
        r"this installation does not follow tickets in a vendor's TMF621 server",
        "den här installationen följer inte ärenden i leverantörers egna system (TMF621)",
    ),
    (
        r"this installation sends no mail to vendors: (.+)",
        "den här installationen skickar ingen e-post till leverantörer ({0})",
    ),
    (r"the mail server did not take it within (\d+) s", "e-postservern tog inte emot det inom {0} s"),
    (r"the mail server is away: (.+)", "e-postservern svarar inte ({0})"),
    (r"the mail server does not want us: (.+)", "e-postservern släpper inte in oss ({0})"),
    (r"the mail server put it off: (.+)", "e-postservern tar det senare ({0})"),
    (r"the mail server refuses the mailbox: (.+)", "e-postservern tar inte emot till den adressen ({0})"),
    (
        r"the vendor's server does not take our token: answered 401:? ?(.*)",
        "leverantörens system godtar inte vår nyckel, svarade 401: {0}",
    ),
    (r"the vendor's server does not take our token", "leverantörens system godtar inte vår nyckel"),
    (r"the vendor answered 410", "leverantören svarade 410"),
    (UNREAD, "ett ärende i leverantörens eget system går inte att läsa"),
    (r"answered without the id of a ticket", "svarade utan ärendets id"),
    (r"answered with more than (\d+) MB", "svarade med mer än {0} MB"),
    (r"answered with something that is not JSON", "svarade med något som inte är JSON"),
    (r"answered with something that is no ticket", "svarade med något som inte är ett ärende"),
    (r"answered with something that is no list of tickets", "svarade med något som inte är en lista av ärenden"),
    (r"answered with something that is no story", "svarade med något som inte är en historik"),
    (r"answered with another story than the message announced", "svarade med en annan historik än den utlovade"),
    (r"answered with another file than the story names", "svarade med en annan fil än den utlovade"),
    (r"the story has more than (\d+) MB", "historiken är större än {0} MB"),
    (r"the directory has no such connection any more", "anslutningen finns inte längre i katalogen"),
    (r"its case is not here any more", "ärendet finns inte kvar här"),
    (r"it is not here any more", "det finns inte kvar här"),
    (r"fault of the bridge: (\w+)", "fel i Eskalera ({0})"),
)


def in_words(reason: str) -> Words:
    """In both languages; in Swedish what nobody has put into words yet stands as it is, and says that it is English."""
    return known(reason) or {"sv": f"på engelska: {reason}" if reason else "", "en": reason}


def known(reason: str) -> Words | None:
    """The same; None for what nobody has put into words yet."""
    if (why := reason.removeprefix(f"{UNREAD}: ")) != reason:
        return {"sv": f"{in_words(UNREAD)['sv']}: {in_words(why)['sv']}", "en": reason}
    swedish = in_swedish(reason, _KNOWN)
    return None if swedish is None else {"sv": swedish.removesuffix(": "), "en": reason}
