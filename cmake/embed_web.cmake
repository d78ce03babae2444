# parley_web_assets: the web app (or a stub page) as bytes inside the binary.
