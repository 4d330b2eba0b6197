"""Cards checked in a browser: by a saved file without any network, and by the page of the code."""

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import segno
from PIL import Image, ImageFilter
from playwright.sync_api import Page, expect

from registry import clock
from registry.db import transaction
from registry.services import signing
from tests.browser.conftest import Site
from tests.factories import make_certificate, make_department, make_qualified_person

pytestmark = [pytest.mark.browser, pytest.mark.nodb]

IN_THE_SCRIPT = "([keys, texts, day]) => texts.map(text => cardCodes.check(keys, text, day).reason)"

AS_THE_CAMERA = """async (content) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height];
  const context = canvas.getContext("2d");
  setInterval(() => context.drawImage(picture, 0, 0), 100);
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(10);
}"""


def _address(site: Site, **values: object) -> str:
    """The signed address of a certificate that is valid for some weeks yet."""
    with transaction(site.sessions) as session:
        person = make_qualified_person(session, make_department(session), name="欧阳丽丽")
        days = {"valid_until": clock.today() + timedelta(days=40)}
        card = make_certificate(session, person, **{**days, **values})  # type: ignore[arg-type]
        return signing.addresses(session, [card.id], public_url=site.address)[card.id]


@pytest.fixture
def saved(site: Site) -> Iterator[tuple[Page, Path]]:
    """The file as somebody saved it, opened from the disk after the network went away."""
    _address(site)  # the first card makes the key that the file knows
    context = site.open()
    page = context.new_page()
    page.goto("/check/offline")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save the file").click()
    path = site.downloads / "saved.html"
    download.value.save_as(path)
    context.set_offline(True)
    page.goto(path.as_uri())
    yield page, path
    context.close()


def _asked(page: Page, text: str) -> str | None:
    """What the file answers to a text that a scanner types, its Enter included."""
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")
    expect(page.locator("#answer")).to_be_visible()
    return page.locator("#answer").get_attribute("data-reason")


def test_without_network_an_altered_card_is_told_from_a_genuine_one(site: Site, saved: tuple[Page, Path]) -> None:
    page, _ = saved
    noise: list[str] = []
    page.on("console", lambda said: noise.append(said.text) if said.type in {"error", "warning"} else None)
    genuine, over = _address(site), _address(site, valid_until=clock.today() - timedelta(days=1))
    altered = genuine[:-1] + str((int(genuine[-1]) + 1) % 10)

    assert _asked(page, genuine) == "genuine_and_valid"
    expect(page.locator("[data-line]")).to_contain_text("compare the photo, the name and the unit")
    expect(page.locator("#answer")).to_contain_text("欧阳丽丽")
    expect(page.locator("#answer")).to_contain_text("genuine and valid")
    assert _asked(page, altered) == "altered"
    expect(page.locator("#answer")).not_to_contain_text("欧阳丽丽")
    assert _asked(page, f"{over.partition('#')[0]}#{genuine.partition('#')[2]}") == "altered"
    assert _asked(page, over) == "expired"
    assert _asked(page, "https://example.cn/") == "unreadable"
    assert noise == []


def test_without_network_a_code_is_read_from_a_photo(site: Site, saved: tuple[Page, Path]) -> None:
    page, _ = saved
    noise: list[str] = []
    page.on("console", lambda said: noise.append(said.text) if said.type in {"error", "warning"} else None)
    empty = site.downloads / "empty.jpg"
    Image.new("RGB", (600, 400), "white").save(empty)

    page.locator("#photo").set_input_files(empty)
    expect(page.locator("#unread")).to_contain_text("No code can be read in this photo")
    page.locator("#photo").set_input_files(_photographed(_address(site), site.downloads))
    expect(page.locator("#answer")).to_have_attribute("data-reason", "genuine_and_valid")
    expect(page.locator("#answer")).to_contain_text("欧阳丽丽")
    expect(page.locator("#unread")).to_be_hidden()
    page.locator("#photo").set_input_files(empty)
    expect(page.locator("#answer")).to_be_hidden()
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator("#unread")).to_be_visible()
    assert _asked(page, _address(site)) == "genuine_and_valid"
    expect(page.locator("#unread")).to_be_hidden()
    assert noise == []


def test_without_network_a_code_is_read_by_the_camera(site: Site, saved: tuple[Page, Path]) -> None:
    page, _ = saved
    content = b64encode(_photographed(_address(site), site.downloads).read_bytes()).decode()
    page.evaluate(AS_THE_CAMERA, content)

    page.locator("#scan").click()

    expect(page.locator("#answer")).to_have_attribute("data-reason", "genuine_and_valid")
    expect(page.locator("video")).to_be_hidden()


def _code(address: str) -> Image.Image:
    content = BytesIO()
    segno.make_qr(address, error="m").save(content, kind="png", scale=10)
    return Image.open(content).convert("L").resize((900, 900))


def _photographed(address: str, folder: Path) -> Path:
    """A code as somebody holds it before a camera: askew, greyish, a little blurred, with things around it."""
    code = _code(address).rotate(11, expand=True, fillcolor=255)
    seen = Image.new("L", (1600, 1200), 150)
    seen.paste(code, (260, 40))
    seen = seen.filter(ImageFilter.GaussianBlur(1.5)).point(lambda value: 40 + value * 3 // 4)
    path = folder / "photo.jpg"
    seen.save(path, quality=70)
    return path


def test_the_script_and_the_registry_judge_alike(site: Site, saved: tuple[Page, Path]) -> None:
    page, _ = saved
    genuine = _address(site)
    start, digits = genuine.rsplit("#", 1)
    places = range(0, len(digits), 3)
    texts = [f"{start}#{digits[:at]}{(int(digits[at]) + 3) % 10}{digits[at + 1 :]}" for at in places]
    texts += [
        genuine,
        digits,
        f" {genuine}\r\n",
        genuine.replace("/c/", "/c//"),
        genuine.replace("/c/", "/c/A"),
        genuine.replace("http", "\nhttp"),
        genuine[:-1],
        genuine + "0",
        genuine.replace("#", "#0"),
        "",
        "#",
        f"{start}#" + "９" * 200,
        f"{start}#" + "1" * 155,
    ]
    with transaction(site.sessions) as session:
        known = signing.public_keys(session)
    days = [clock.today(), clock.today() + timedelta(days=41)]

    for day in days:
        mine = [str(signing.check(known, text, day).reason) for text in texts]
        keys = {one: key.hex() for one, key in known.items()}
        assert page.evaluate(IN_THE_SCRIPT, [keys, texts, day.isoformat()]) == mine
    assert page.evaluate(IN_THE_SCRIPT, [{}, [genuine], days[0].isoformat()]) == ["not_ours"]


def test_the_page_of_the_code_compares_what_the_card_carries(site: Site) -> None:
    first, second = _address(site), _address(site)
    path, digits = first.removeprefix(site.address).split("#")
    context = site.open(width=390)
    page = context.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))

    for fragment, told in [
        (digits, "The code on the card is genuine"),
        (second.split("#")[1], "The code on the card was altered"),
        (digits[:-1] + str((int(digits[-1]) + 1) % 10), "The code on the card was altered"),
        ("rubbish", "The signature in the code cannot be read"),
    ]:
        page.goto("about:blank")
        page.goto(f"{path}#{fragment}")
        expect(page.locator("[data-said]:visible")).to_contain_text(told)
        stands = "What the register says of this code" if "altered" in told else "This certificate is valid"
        expect(page.get_by_role("heading", name=stands)).to_be_visible()
        tone = page.locator("section.answer").get_attribute("class")
        assert tone == ("answer answer-good" if "genuine" in told else "answer answer-warn")
        assert page.locator("[data-signed] + section.answer").count() == ("genuine" not in told)
    page.goto("about:blank")
    page.goto(path)
    expect(page.locator("[data-signed]")).to_be_hidden()

    assert [url for url in sent if re.search(r"\d{100}", url.partition("#")[0])] == []
    context.close()
