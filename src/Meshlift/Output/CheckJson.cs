using System.Text;
using System.Text.Json;
using Meshlift.Engine.Checks;

namespace Meshlift.CommandLine.Output;

/// <summary>What <c>meshlift check</c> found, for programs.</summary>
internal static class CheckJson
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A JSON object as text.</summary>
    public static string Object(Action<Utf8JsonWriter> members)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    public static string Of(CheckResult result) => Object(json =>
    {
        json.WriteNumber("files", result.Files);
        json.WriteNumber("resources", result.Resources);
        json.WriteNumber("silenced", result.Silenced);
        json.WriteNumber("inBaseline", result.InBaseline);
        json.WriteNumber("switchedOff", result.SwitchedOff);
        json.WriteNumber("toldAlready", result.Folded);
        json.WriteStartObject("passedOver");
        json.WriteNumber("helmTemplates", result.PassedOver.HelmTemplates);
        json.WriteNumber("kustomizePatches", result.PassedOver.KustomizePatches);
        json.WriteEndObject();
        Array(json, "unread", result.Unread, failure => json.WriteStringValue(failure.Message));
        Array(json, "checks", result.Checks, check =>
        {
            json.WriteStartObject();
            json.WriteString("code", check.Rule.Code);
            json.WriteString("name", check.Rule.Name);
            json.WriteString("title", check.Rule.Title);
            json.WriteString("severity", CheckOutput.Severity(check.Rule));
            json.WriteString("outcome", check.Outcome.ToString().ToLowerInvariant());
            json.WriteNumber("findings", check.Findings);
            json.WriteNumber("notEvaluated", check.Unknown);
            json.WriteString("reason", check.Reason);
            json.WriteBoolean("ran", !check.DidNotRun);
            json.WriteNumber("offFiles", check.OffFiles);
            json.WriteString("offReason", check.OffReason);
            json.WriteEndObject();
        });
        Array(json, "findings", result.Findings, finding =>
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Rule.Code);
            json.WriteString("check", finding.Rule.Name);
            json.WriteString("severity", CheckOutput.Severity(finding.Rule));
            json.WriteString("file", finding.File);
            json.WriteNumber("line", finding.Line);
            json.WriteNumber("column", finding.Column);
            json.WriteString("resource", finding.Subject);
            json.WriteString("path", finding.Path);
            json.WriteString("message", finding.Message);
            json.WriteString("remedy", finding.Remedy);
            json.WriteEndObject();
        });
        Array(json, "withoutSchema", result.WithoutSchema, kind =>
        {
            json.WriteStartObject();
            json.WriteString("kind", kind.Key);
            json.WriteNumber("resources", kind.Value);
            json.WriteEndObject();
        });
        Array(json, "notEvaluated", result.Unevaluated, line =>
        {
            json.WriteStartObject();
            json.WriteString("kind", line.Kind);
            json.WriteString("path", line.Path);
            json.WriteString("demand", line.Demand);
            json.WriteString("reason", line.Reason);
            json.WriteNumber("resources", line.Resources);
            json.WriteEndObject();
        });
    });

    /// <summary>An array of a JSON object.</summary>
    public static void Array<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items) write(item);
        json.WriteEndArray();
    }
}
