using System.Text.Json;
using Meshlift.Core.Findings;
using Meshlift.Engine.Checks;

namespace Meshlift.CommandLine.Output;

/// <summary>What <c>meshlift check</c> found, as SARIF 2.1.0 (OASIS), which forges and editors show beside the lines.</summary>
internal static class CheckSarif
{
    public static string Of(CheckResult result) => CheckJson.Object(json =>
    {
        json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.WriteString("version", "2.1.0");
        CheckJson.Array(json, "runs", [result], run => Run(json, run));
    });

    private static void Run(Utf8JsonWriter json, CheckResult result)
    {
        json.WriteStartObject();
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "meshlift");
        // Programs beside Meshlift have codes of their own, which no line of the summary stands for.
        CheckJson.Array(json, "rules", result.Checks.Select(check => check.Rule).Concat(result.Findings.Select(finding => finding.Rule)).DistinctBy(rule => rule.Code, StringComparer.Ordinal), rule =>
        {
            json.WriteStartObject();
            json.WriteString("id", rule.Code);
            json.WriteString("name", rule.Name);
            Text(json, "shortDescription", rule.Title);
            json.WriteStartObject("defaultConfiguration");
            json.WriteString("level", Level(rule.Severity));
            json.WriteEndObject();
            json.WriteEndObject();
        });
        json.WriteEndObject();
        json.WriteEndObject();
        CheckJson.Array(json, "results", result.Findings, finding =>
        {
            json.WriteStartObject();
            json.WriteString("ruleId", finding.Rule.Code);
            json.WriteString("level", Level(finding.Rule.Severity));
            Text(json, "message", $"{finding.Subject} {CheckOutput.Told(finding)}; {finding.Remedy}".TrimStart());
            CheckJson.Array(json, "locations", [finding], at =>
            {
                json.WriteStartObject();
                json.WriteStartObject("physicalLocation");
                json.WriteStartObject("artifactLocation");
                json.WriteString("uri", string.Join('/', at.File.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString)));
                json.WriteEndObject();
                json.WriteStartObject("region");
                json.WriteNumber("startLine", at.Line);
                json.WriteNumber("startColumn", at.Column);
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteEndObject();
            });
            json.WriteEndObject();
        });
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static string Level(Severity severity) => severity switch { Severity.Error => "error", Severity.Warning => "warning", _ => "note" };
}
