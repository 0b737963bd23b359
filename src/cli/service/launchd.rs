//! The launchd property list. Pure: what it says follows from its arguments.

use std::path::Path;

use super::Service;

pub(super) const LABEL: &str = "org.newswatch.newswatch";

/// The text of the property list.
pub(super) fn plist(service: &Service, log: &Path) -> String {
    let arguments: String = std::iter::once(&service.program)
        .chain(&service.arguments)
        .map(|argument| format!("\t\t<string>{}</string>\n", escaped(argument)))
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">
<plist version=\"1.0\">
<dict>
	<key>Label</key>
	<string>{LABEL}</string>
	<key>ProgramArguments</key>
	<array>
{arguments}	</array>
	<key>RunAtLoad</key>
	<true/>
	<key>KeepAlive</key>
	<dict>
		<key>SuccessfulExit</key>
		<false/>
	</dict>
	<key>ProcessType</key>
	<string>Background</string>
	<key>StandardOutPath</key>
	<string>/dev/null</string>
	<key>StandardErrorPath</key>
	<string>{}</string>
</dict>
</plist>
",
        escaped(log)
    )
}

fn escaped(path: &Path) -> String {
    path.to_string_lossy().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether every element is closed by its own end, nothing else stands between `<` and `>`, and each key has a value.
    fn is_well_formed(plist: &str) -> bool {
        let Some((_, document)) = plist.split_once("PropertyList-1.0.dtd\">\n") else { return false };
        let mut open: Vec<(&str, usize)> = Vec::new();
        for part in document.split('<').skip(1) {
            let Some((tag, _)) = part.split_once('>') else { return false };
            let name = tag.split([' ', '/']).find(|name| !name.is_empty()).unwrap_or_default();
            if let Some(ended) = tag.strip_prefix('/') {
                match open.pop() {
                    Some((started, children)) if started == ended && (ended != "dict" || children % 2 == 0) => {}
                    _ => return false,
                }
                continue;
            }
            if let Some((parent, children)) = open.last_mut() {
                if *parent == "dict" && (*children % 2 == 0) != (name == "key") {
                    return false;
                }
                *children += 1;
            }
            if !tag.ends_with('/') {
                open.push((name, 0));
            }
        }
        open.is_empty()
    }

    #[test]
    fn arguments_are_words_of_their_own_and_escaped() {
        let service = Service {
            program: "/usr/local/bin/newswatch".into(),
            globals: Vec::new(),
            arguments: vec!["watch".into(), "/Users/a/Wire & <Desk>".into()],
            roots: Vec::new(),
            listen: None,
            is_user: true,
        };
        let plist = plist(&service, Path::new("/Users/a/Library/Logs/newswatch.log"));
        assert!(is_well_formed(&plist), "{plist}");
        assert!(!is_well_formed(&plist.replacen("</array>", "", 1)) && !is_well_formed(&plist.replacen("&lt;", "<", 1)));
        assert!(!is_well_formed(&plist.replacen("<true/>", "", 1)));
        for words in ["<string>watch</string>", "<string>/Users/a/Wire &amp; &lt;Desk&gt;</string>", "newswatch.log</string>"] {
            assert!(plist.contains(words), "{words:?} is not in:\n{plist}");
        }
    }
}
