using System.Globalization;
using System.Xml.Linq;
using Meshlift.Adapters.Processes;
using Meshlift.Core.Findings;
using Meshlift.Engine.Checks;

namespace Meshlift.CommandLine.Output;

/// <summary>What <c>meshlift check</c> found, as JUnit XML: each check is a test. One that could not be evaluated is skipped, not passed.</summary>
internal static class CheckJunit
{
    public static string Of(CheckResult result)
    {
        var cases = result.Checks.Select(check => Case(check, result)).ToList();
        var suite = new XElement(
            "testsuite", new XAttribute("name", "meshlift check"), new XAttribute("tests", cases.Count),
            new XAttribute("failures", cases.Count(one => one.Element("failure") is not null)), new XAttribute("skipped", cases.Count(one => one.Element("skipped") is not null)), cases);
        return $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{new XElement("testsuites", suite)}";
    }

    private static XElement Case(CheckLine check, CheckResult result)
    {
        var element = new XElement("testcase", new XAttribute("classname", $"meshlift.{check.Rule.Code}"), new XAttribute("name", check.Rule.Name));
        var told = string.Join('\n', result.Findings.Where(finding => finding.Rule.Name == check.Rule.Name).Select(finding =>
            string.Create(CultureInfo.InvariantCulture, $"{finding.File}:{finding.Line}:{finding.Column} {finding.Subject} {CheckOutput.Told(finding)}; {finding.Remedy}")));
        if (check.Outcome == CheckOutcome.Fail) element.Add(new XElement("failure", new XAttribute("message", Counted.Of(check.Findings, "finding")), Clean(told)));
        else if (check.Findings > 0) element.Add(new XElement("system-out", Clean(told)));
        else if (check.Unknown > 0) element.Add(new XElement("skipped", new XAttribute("message", Clean($"not evaluated for {Counted.Of(check.Unknown, "resource")}: {check.Reason}"))));
        else if (check.DidNotRun) element.Add(new XElement("skipped", new XAttribute("message", Clean($"not run: {check.Reason}"))));
        else if (check.Outcome == CheckOutcome.Off) element.Add(new XElement("skipped", new XAttribute("message", Clean($"switched off in {Counted.Of(check.OffFiles, "file")}: {check.OffReason}"))));
        return element;
    }

    /// <summary>XML 1.0 has no form for control characters and lone surrogates.</summary>
    private static string Clean(string text) => string.Concat(Redaction.WithoutControls(text).Where(System.Xml.XmlConvert.IsXmlChar));
}
