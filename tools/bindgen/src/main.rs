//! `bindgen WASM OUT_DIR NAME`: writes `OUT_DIR/NAME.js` and `OUT_DIR/NAME_bg.wasm` for `<script type="module">`.

use std::{env, process::ExitCode};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let [wasm, out_dir, name] = words.as_slice() else {
        eprintln!("usage: bindgen WASM OUT_DIR NAME");
        return ExitCode::from(2);
    };
    match generate(wasm, out_dir, name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("bindgen: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn generate(wasm: &str, out_dir: &str, name: &str) -> Result<(), String> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name(name).typescript(false).remove_name_section(true).remove_producers_section(true);
    // The loader always names the wasm: its address carries a hash that the glue cannot know.
    bindgen.omit_default_module_path(true);
    bindgen.web(true).and_then(|bindgen| bindgen.generate(out_dir)).map_err(|error| format!("{error:#}"))
}
