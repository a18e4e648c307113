"""Looking up, reading, the library and the settings in the real page."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from commands import BREAD
from playwright.sync_api import Page, expect

from browser.conftest import GLACIER, REFUSED, Open, Shoot
from browser.served import Served, ask, look, look_up, tab

SOON = 30_000  # milliseconds that a busy machine may take

YEAST = "wild yeast and lactic acid bacteria"
OKAPI = """\
The okapi protocol

The okapi protocol counts stripes <script>document.title = "owned"</script> at noon \
<img src=x onerror="document.title = 'owned'"> and ${document.title = "owned"} {{value}} too.

![stripes](http://example.com/okapi.png) and [a link](http://example.com/okapi) stand beside them.
"""


def test_passages_appear_while_typing_and_open_in_the_reader(
    open_page: Open, small: Served, shoot: Shoot
) -> None:
    page = open_page(small.address)
    cards = look_up(page, "why does sourdough rise")
    expect(cards.first).to_contain_text(YEAST, timeout=SOON)
    expect(cards.first.locator("mark")).to_contain_text(YEAST)
    expect(cards.first.locator("b.match").first).to_have_text("Sourdough")
    shoot(page)
    # What is pasted or cut is no key press.
    page.locator("#lookup-box :is(textarea, input)").fill("a barometer")
    expect(cards.first).to_contain_text("barometer", timeout=SOON)
    page.locator("#lookup-box :is(textarea, input)").fill("")
    expect(cards).to_have_count(0, timeout=SOON)
    look_up(page, "why does sourdough rise")
    page.get_by_role("radio", name="Words").check()
    expect(cards).to_have_count(1, timeout=SOON)

    cards.first.get_by_role("button", name="Open in the reader").click()
    expect(page.get_by_role("tab", name="Reader")).to_have_attribute("aria-selected", "true")
    quote = page.locator("#reader-quote")
    expect(quote).to_contain_text(YEAST, timeout=SOON)
    expect(quote).to_be_in_viewport()
    expect(page.locator(".reader-text")).to_contain_text(BREAD.splitlines()[1][:50])


def test_what_is_looked_up_is_narrowed_sorted_and_copied(
    open_page: Open, small: Served, shoot: Shoot
) -> None:
    page = open_page(small.address)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cards = look_up(page, "what measures the pressure of air")
    expect(page.locator("#lookup-results .found")).to_have_text("5 passages", timeout=SOON)
    expect(cards.first).to_contain_text("clouds.md")
    page.get_by_role("radio", name="Place in document").check()
    expect(cards.first).to_contain_text("bread.txt", timeout=SOON)
    page.get_by_role("combobox", name="Document").click()
    page.get_by_role("option", name="clouds.md").click()
    expect(cards).to_have_count(2, timeout=SOON)
    expect(cards.first.locator("h3")).to_have_text("Clouds")
    page.get_by_role("combobox", name="Chapter").click()
    page.get_by_role("option", name="Instruments").click()
    expect(cards).to_have_count(1, timeout=SOON)
    shoot(page)
    cards.first.get_by_role("button", name="Copy quotation").click()
    expect(cards.first.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch("“.*pressure.*” \\(clouds.md, Weather › Instruments\\)", copied)


def test_a_dropped_file_is_read_found_shown_as_text_and_removed(
    open_page: Open, small: Served, place: Path, tmp_path: Path, shoot: Shoot
) -> None:
    (tmp_path / "okapi.txt").write_text(OKAPI, encoding="utf-8")
    (tmp_path / "okapi.xyz").write_text(OKAPI, encoding="utf-8")
    page = open_page(small.address)
    tab(page, "Library")
    expect(page.locator(".document")).to_have_count(4, timeout=SOON)
    page.locator("#documents-drop input[type=file]").set_input_files(
        [tmp_path / "okapi.txt", tmp_path / "okapi.xyz"]
    )
    said = page.locator("#documents-said")
    expect(said).to_contain_text("1 added.", timeout=90_000)
    expect(said).to_contain_text("okapi.xyz: Files ending in .xyz are not read")
    expect(page.locator(".document")).to_have_count(5, timeout=SOON)
    expect(page.locator("#state")).to_contain_text("5 documents", timeout=SOON)
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    expect(page.get_by_role("button", name="Read the folder again")).to_be_enabled()
    stored = place / "corpus" / "uploads" / "okapi.txt"
    assert stored.read_text("utf-8") == OKAPI
    shoot(page)

    cards = look_up(page, "okapi protocol stripes")
    expect(cards.first).to_contain_text('<script>document.title = "owned"</script>', timeout=SOON)
    expect(cards.first).to_contain_text("![stripes](http://example.com/okapi.png)")
    cards.first.get_by_role("button", name="Open in the reader").click()
    text = page.locator(".reader-text")
    expect(text).to_contain_text("<img src=x onerror=\"document.title = 'owned'\">", timeout=SOON)
    assert page.locator(":is(#reader, #lookup) :is(img, script, a[href^=http])").count() == 0
    assert page.title() == "Study assistant"

    tab(page, "Library")
    entry = page.locator(".document", has_text="uploads/okapi.txt")
    entry.get_by_role("button", name="Read uploads/okapi.txt again").click()
    expect(said).to_contain_text("1 read again.", timeout=90_000)
    entry.get_by_text("Remove", exact=True).click()
    expect(entry).to_contain_text("The copy that was uploaded is deleted with it.")
    entry.get_by_role("button", name="Remove from the library").press("Enter")
    expect(said).to_contain_text("uploads/okapi.txt was removed", timeout=SOON)
    expect(page.locator(".document")).to_have_count(4, timeout=SOON)
    # It was the last of the list, so by keyboard one goes on at the one that is now.
    expect(page.locator(".document").last.get_by_text("Read again")).to_be_focused()
    assert not stored.exists()
    # What was looked up before is looked up again without it.
    results = page.locator("#lookup-results")
    expect(results).to_contain_text("passage", timeout=SOON)
    expect(results).not_to_contain_text("okapi", timeout=SOON)
    look_up(page, "stripes of the okapi protocol")
    expect(page.locator("#lookup-results")).not_to_contain_text("okapi", timeout=SOON)


def test_changes_on_disk_are_offered(open_page: Open, small: Served, place: Path) -> None:
    page = open_page(small.address)
    new = place / "corpus" / "rain.txt"
    new.write_text("Rain falls when drops grow heavy.", encoding="utf-8")
    tab(page, "Library")
    offered = page.locator("#documents-offered")
    expect(offered).to_contain_text("New: rain.txt", timeout=SOON)
    page.get_by_role("button", name="Read the folder again").click()
    expect(page.locator("#documents-said")).to_contain_text("1 added", timeout=90_000)
    new.unlink()
    page.get_by_role("button", name="Read the folder again").click()
    expect(page.locator("#documents-said")).to_contain_text("1 removed", timeout=90_000)
    expect(offered).to_contain_text("everything that is in the folder", timeout=SOON)


UPLOAD = """async (path) => {
  const config = await (await fetch("/config")).json();
  const drop = config.components.find((each) => each.props.elem_id === "documents-drop").id;
  const upload = (each) => each.targets.some(([id, event]) => id === drop && event === "upload");
  const file = { path, orig_name: "mine.txt", meta: { _type: "gradio.FileData" } };
  const fn_index = config.dependencies.find(upload).id;
  const body = JSON.stringify({ data: [[file]], fn_index, session_hash: "attack" });
  const headers = { "Content-Type": "application/json" };
  await fetch("/gradio_api/queue/join", { method: "POST", headers, body });
  return await (await fetch("/gradio_api/queue/data?session_hash=attack")).text();
}"""


def test_a_file_of_this_computer_cannot_be_taken_for_an_upload(
    open_page: Open, small: Served, place: Path
) -> None:
    page = open_page(small.address)
    secret = place / "secret.txt"
    secret.write_text("the secret of the machine", encoding="utf-8")
    said = page.evaluate(UPLOAD, str(secret))
    assert '"success":false' in said.replace(" ", "")
    copied = [file for file in (place / "corpus").rglob("*.txt") if "secret" in file.read_text()]
    assert copied == []
    assert REFUSED in small.output


def test_the_look_is_kept_in_this_browser_alone(
    open_page: Open, small: Served, shoot: Shoot
) -> None:
    page = open_page(small.address)
    tab(page, "Settings")
    expect(page.locator("#settings-values")).to_contain_text("ASSISTANT_CORPUS", timeout=SOON)
    page.get_by_role("radio", name="Dark").check()
    page.get_by_role("radio", name="Large", exact=True).check()
    dark, size = re.compile(r"\bdark\b"), "18.4px"
    expect(page.locator("body")).to_have_class(dark)
    expect(page.locator("html")).to_have_css("font-size", size)
    page.get_by_role("button", name="Test the chat model").click()
    expect(page.locator("#settings-said .done")).to_contain_text("None is chosen", timeout=SOON)
    shoot(page)
    page.reload()
    expect(page.locator("body")).to_have_class(dark, timeout=SOON)
    expect(page.locator("html")).to_have_css("font-size", size)
    other = open_page(small.address)
    expect(other.locator("body")).not_to_have_class(dark)


def test_the_tabs_fit_a_telephone(open_page: Open, small: Served, shoot: Shoot) -> None:
    page = open_page(small.address, 360)
    cards = look_up(page, "air pressure")
    for dark in (True, False):
        look(page, 360, dark)
        expect(cards.first).to_be_visible(timeout=SOON)
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        shoot(page, "dark" if dark else "light")
    cards.first.get_by_role("button", name="Open in the reader").click()
    expect(page.locator("#reader-quote")).to_be_in_viewport(timeout=SOON)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    for name, shown in (("Library", ".document"), ("Settings", ".values")):
        tab(page, name)
        expect(page.locator(shown).first).to_be_visible(timeout=SOON)
        assert page.evaluate("document.documentElement.scrollWidth") == 360


# A tab that is opened is read anew, in one step or two, and is pale meanwhile.
STILL = """() => {
  const now = performance.now();
  if (document.querySelector(".html-container.pending")) window.stillSince = now;
  window.stillSince ??= now;
  return now - window.stillSince > 1000;
}"""


def test_nothing_on_any_tab_keeps_people_out(open_page: Open, small: Served, shoot: Shoot) -> None:
    page = open_page(small.address)
    page.emulate_media(reduced_motion="reduce")  # Nothing is looked at while it fades in.
    ask(page, "What flows as ice?")
    found = {"Ask": faults(page)}
    cards = look_up(page, GLACIER[0])
    expect(cards.first).to_be_visible(timeout=SOON)
    found["Look up"] = faults(page)
    cards.first.get_by_role("button", name="Open in the reader").click()
    expect(page.locator("#reader-quote")).to_be_visible(timeout=SOON)
    page.locator(".reader-text .see-page").first.click()
    expect(page.locator(".sheet-page img")).to_be_visible(timeout=SOON)
    found["Reader"] = faults(page)
    for name, shown in (
        ("Library", ".document"),
        ("Settings", ".values"),
        ("Evaluate", "#evaluate-start"),
    ):
        tab(page, name)
        expect(page.locator(shown).first).to_be_visible(timeout=SOON)
        page.evaluate("delete window.stillSince")
        page.wait_for_function(STILL)
        found[name] = faults(page)
        shoot(page, name)
    assert {name: faults for name, faults in found.items() if faults} == {}


def faults(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical, each with the first place of it.

    It looks on a telephone and on a wide page, and there in the dark at what depends on colours.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
    found = set()
    contrast = ", runOnly: ['color-contrast']"
    for width, dark, rules in ((360, False, ""), (1280, True, contrast), (1280, False, "")):
        look(page, width, dark)
        run = f"axe.run(document, {{ resultTypes: ['violations']{rules} }})"
        found |= {
            f"{width} pixels{', dark' * dark}: {fault['id']}: {fault['nodes'][0]['html']}"
            for fault in page.evaluate(run)["violations"]
            if fault["impact"] in ("serious", "critical")
        }
    page.get_by_role("tab", name="Settings").wait_for()  # The bar has its width again.
    return sorted(found)
