"""Where a vendor's address may lead: names and addresses that attackers use are refused, whatever they look like."""

import pytest

from vendor_bridge.targets import TargetRefused, is_denied, pin


async def resolved(*addresses: str, url: str = "https://vendor.example/hook", allowed: tuple[str, ...] = ()) -> str:
    async def resolver(_host: str, _port: int) -> list[str]:
        return list(addresses)

    return (await pin(url, allowed, resolver)).url


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::1",
        "::",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:0:7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001::1",
        "fc00::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "not an address",
    ],
)
async def test_an_address_that_is_not_a_public_one_is_refused(address: str) -> None:
    assert is_denied(address)
    with pytest.raises(TargetRefused):
        await resolved(address)


async def test_one_bad_address_among_good_ones_is_enough() -> None:
    with pytest.raises(TargetRefused):
        await resolved("93.184.216.34", "127.0.0.1")


async def test_the_request_goes_to_the_address_that_was_checked_and_names_the_host() -> None:
    async def resolver(_host: str, _port: int) -> list[str]:
        return ["2a00:1450::5"]

    target = await pin("https://vendor.example:8443/hook?x=1", (), resolver)
    assert target.url == "https://[2a00:1450::5]:8443/hook?x=1"
    assert (target.host, target.authority) == ("vendor.example", "vendor.example:8443")


async def test_only_the_operators_list_opens_a_private_or_unencrypted_target() -> None:
    url = "http://127.0.0.1:8086/webhooks/demo-vendor"
    assert await resolved("127.0.0.1", url=url, allowed=("127.0.0.1:8086",)) == url
    for other in ("127.0.0.1:8087", "127.0.0.1", "localhost:8086"):
        with pytest.raises(TargetRefused):
            await resolved("127.0.0.1", url=url, allowed=(other,))


@pytest.mark.parametrize(
    "url", ["ftp://vendor.example/", "http://vendor.example/", "https:///x", "https://v.example:99999/"]
)
async def test_an_address_that_is_no_https_address_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused):
        await resolved("93.184.216.34", url=url)
