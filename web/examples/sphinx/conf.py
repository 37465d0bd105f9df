# A Sphinx project with one page; `sphinx-build web/examples/sphinx out` builds it.
project = "How heads divide the work"
extensions = []
html_theme = "basic"
html_js_files = [("https://example.org/attention-ladder/attention-ladder.js", {"defer": "defer"})]
