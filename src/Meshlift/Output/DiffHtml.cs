using System.Net;
using System.Text;
using Meshlift.Core.Diffing;

namespace Meshlift.CommandLine.Output;

/// <summary>A difference as one file for a browser: no script, nothing from elsewhere.</summary>
internal static class DiffHtml
{
    private const string Style = """
        body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1c2128;background:#fff}
        code,pre{font:13px/1.45 ui-monospace,monospace}pre{background:#f6f8fa;padding:.6rem;overflow:auto;margin:.3rem 0 1rem}
        details{border:1px solid #d0d7de;border-left:5px solid #8c959f;border-radius:6px;margin:.6rem 0;padding:.5rem .9rem}
        summary{cursor:pointer}b{display:inline-block;min-width:4.5em}
        .high{border-left-color:#cf222e}.medium{border-left-color:#bf8700}del,ins{text-decoration:none}del{color:#82071e}ins{color:#116329}
        @media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}pre{background:#161b22}details{border-color:#30363d}del{color:#ffa198}ins{color:#7ee787}}
        """;

    public static string Write(DiffReport report)
    {
        var text = new StringBuilder();
        text.Append(null, $"<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{Escape(report.Title)}</title>\n<style>\n{Style}\n</style>\n<h1>{Escape(report.Title)}</h1>\n<ul>\n");
        foreach (var sum in report.Sums()) text.Append(null, $"<li>{Escape(sum)}</li>\n");
        text.Append("</ul>\n");
        if (!report.Impacts.IsEmpty)
        {
            text.Append("<h2>Custom resources that the changed definitions treat otherwise</h2>\n<ul>\n");
            foreach (var impact in report.Impacts)
                text.Append(null, $"<li><b>{(impact.IsRejected ? "rejected" : "pruned")}</b> <code>{Escape(impact.Place)}</code> <code>{Escape($"{impact.Resource} {impact.Field}")}</code>: {Escape(impact.Reason)}</li>\n");
            text.Append("</ul>\n");
        }
        foreach (var resource in report.Selected) Write(text, resource);
        return text.Append("</html>\n").ToString();
    }

    /// <summary>Text as text: no tag, no entity, no quote that would end an attribute.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static void Write(StringBuilder text, ResourceDiff resource)
    {
        var risk = DiffReport.NameOf(resource.Risk);
        text.Append(null, $"<details class=\"{risk}\"{(resource.Risk == DiffRisk.High ? " open" : "")}>\n<summary><b>{risk}</b> {DiffReport.NameOf(resource.Kind)} <code>{Escape(DiffReport.NameOf(resource))}</code></summary>\n");
        if (resource.Reason.Length > 0) text.Append(null, $"<p>{Escape(resource.Reason)}</p>\n");
        foreach (var change in resource.Changes)
        {
            text.Append(null, $"<p><b>{DiffReport.NameOf(change.Risk)}</b> {DiffReport.NameOf(change.Kind)} <code>{Escape(change.Path.ToString())}</code>{(change.Reason.Length > 0 ? ": " : "")}{Escape(change.Reason)}</p>\n<pre>");
            foreach (var line in DiffReport.Values(resource, change))
            {
                var tag = line[0] switch { '-' => "del", '+' => "ins", _ => "span" };
                text.Append(null, $"<{tag}>{Escape(line)}</{tag}>\n");
            }
            text.Append("</pre>\n");
        }
        text.Append("</details>\n");
    }
}
