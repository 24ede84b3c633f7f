using System.Text.Json;
using Meshlift.Core.Findings;
using Meshlift.Core.Onboarding;
using Meshlift.Engine.Onboarding;

namespace Meshlift.CommandLine.Output;

/// <summary>What <c>init --output json</c> prints; <c>schemas/init.schema.json</c> describes it.</summary>
internal static class InitJson
{
    /// <summary>The text, without a newline at its end.</summary>
    public static string Of(InitRequest request, InitResult result) => JsonText.OfObject(json =>
    {
        json.WriteString("config", request.ShownAs);
        json.WriteBoolean("written", !request.IsDryRun);
        json.WriteString("text", result.Text);
        json.WriteString("renderer", result.Draft.Renderer.ToString().ToLowerInvariant());
        json.WriteString("engine", result.Draft.Engine.ToString().ToLowerInvariant());
        Array(json, "standing", result.Draft.Standing, one =>
        {
            json.WriteString("cluster", one.Cluster.Name);
            json.WriteString("path", one.Cluster.Path.Value);
            json.WriteString("version", one.Version.ToString());
            json.WriteString("revision", one.Revision.Value);
        });
        Array(json, "files", result.Draft.Files, file =>
        {
            json.WriteString("path", file.Path);
            json.WriteString("why", file.Why);
        });
        json.WriteBoolean("compared", request.Compares && result.Comparison.Failure is null);
        Array(json, "resources", result.Comparison.Resources, one => Resource(json, one));
        json.WriteStartArray("replaced");
        foreach (var path in result.Comparison.Replaced.Whole) json.WriteStringValue(path);
        json.WriteEndArray();
        Array(json, "mixed", result.Comparison.Replaced.Mixed, file =>
        {
            json.WriteString("path", file.Path);
            json.WriteNumber("rendered", file.Rendered);
            json.WriteNumber("others", file.Others);
        });
        json.WriteStartArray("renders");
        foreach (var render in InitOutput.Renders(result.Draft)) json.WriteStringValue(render);
        json.WriteEndArray();
        var findings = result.Comparison.Failure is { } failure ? result.Draft.Findings.Add(new Finding("ML1055", Severity.Warning, $"what would differ is not known: {failure.Message}", request.ShownAs)) : result.Draft.Findings;
        Array(json, "findings", findings, finding =>
        {
            json.WriteString("code", finding.Code);
            json.WriteString("severity", finding.Severity.ToString().ToLowerInvariant());
            json.WriteString("message", finding.Message);
            json.WriteString("subject", finding.Subject);
        });
    });

    private static void Resource(Utf8JsonWriter json, ComparedResource one)
    {
        json.WriteString("cluster", one.Cluster);
        json.WriteStartObject("resource");
        json.WriteString("group", one.Resource.Group);
        json.WriteString("kind", one.Resource.Kind);
        if (one.Resource.Namespace.Length > 0) json.WriteString("namespace", one.Resource.Namespace);
        json.WriteString("name", one.Resource.Name);
        json.WriteEndObject();
        json.WriteString("difference", InitOutput.NameOf(one.Difference));
        json.WriteString("from", one.From);
        json.WriteString("to", one.To);
        json.WriteStartArray("places");
        foreach (var place in one.Places) json.WriteStringValue(place);
        json.WriteEndArray();
    }

    private static void Array<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
