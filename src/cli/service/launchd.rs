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
        for words in ["<string>watch</string>", "<string>/Users/a/Wire &amp; &lt;Desk&gt;</string>", "newswatch.log</string>"] {
            assert!(plist.contains(words), "{words:?} is not in:\n{plist}");
        }
    }
}
