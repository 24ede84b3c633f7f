using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Meshlift.Core.Knowledge;

/// <summary>Writes <c>versions.json</c>: the same knowledge, the same bytes.</summary>
public static class KnowledgeWriter
{
    /// <summary>The address that the schema of the file goes by.</summary>
    public const string Schema = "https://meshlift.dev/schemas/v1alpha1/knowledge.json";

    /// <summary>The file; <see cref="ReleaseKnowledge.Read"/> reads it back.</summary>
    public static string Write(ReleaseKnowledge knowledge)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("$schema", Schema);
            json.WriteNumber("format", KnowledgeReader.Form);
            json.WriteString("asOf", Day(knowledge.AsOf));
            json.WriteString("policy", knowledge.Policy);
            List(json, "minors", knowledge.Minors, Minor);
            Patches(json, knowledge);
            List(json, "bulletins", knowledge.Bulletins, Bulletin);
            List(json, "neverInstall", knowledge.NeverInstall, (writer, release) => Members(writer, ("version", release.Version.ToString()), ("reason", release.Reason), ("source", release.Source)));
            List(json, "pairs", knowledge.Pairs, Pair);
            List(json, "cautions", knowledge.Cautions, (writer, one) => Members(writer, ("id", one.Id), ("since", Name(one.Since)), ("when", one.When), ("effect", one.Effect), ("fix", one.Fix), ("source", one.Source)));
            List(json, "flips", knowledge.Flips, Flip);
            List(json, "retiredHosts", knowledge.Hosts.All, (writer, host) => Members(writer, ("place", host.Place), ("since", host.Since), ("replacement", host.Replacement), ("source", host.Source)));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }

    private static void Minor(Utf8JsonWriter json, KnownMinor minor)
    {
        Members(json, ("minor", Name(minor.Minor)), ("released", Day(minor.Released)), ("endOfLife", minor.EndOfLife is { } end ? Day(end) : null));
        if (minor.IsAbout) json.WriteBoolean("about", value: true);
        Members(json, ("kubernetes", minor.Kubernetes.ToString()), ("oldestKubernetes", minor.OldestKubernetes is { } oldest ? Name(oldest) : null), ("gatewayApi", minor.GatewayApi), ("source", minor.Source));
    }

    private static void Patches(Utf8JsonWriter json, ReleaseKnowledge knowledge)
    {
        json.WriteStartObject("patches");
        json.WriteString("source", knowledge.TaggedSource);
        json.WriteStartObject("days");
        foreach (var (version, day) in knowledge.TaggedOn) json.WriteString(version.ToString(), Day(day));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Bulletin(Utf8JsonWriter json, Bulletin bulletin)
    {
        Members(json, ("id", bulletin.Id), ("published", Day(bulletin.Published)), ("cvss", bulletin.CvssText));
        Texts(json, "affected", bulletin.Affected);
        json.WriteString("source", bulletin.Source);
    }

    private static void Pair(Utf8JsonWriter json, KnownPair pair)
    {
        Members(json, ("id", pair.Id), ("controlPlane", pair.ControlPlane.Text), ("dataPlane", pair.DataPlane.Text));
        Texts(json, "kinds", [.. pair.Kinds.Select(kind => kind.ToString().ToLowerInvariant())]);
        Members(json, ("when", pair.When), ("effect", pair.Effect), ("fix", pair.Fix), ("source", pair.Source));
    }

    private static void Flip(Utf8JsonWriter json, BehaviourFlip flip)
    {
        Members(json, ("since", Name(flip.Since)), ("what", flip.What), ("setting", flip.Setting), ("oldValue", flip.OldValue));
        json.WriteBoolean("byCompatibilityVersion", flip.IsCoveredByCompatibility);
        Members(json, ("removedIn", flip.RemovedIn is { } removed ? Name(removed) : null), ("source", flip.Source));
    }

    private static void List<T>(Utf8JsonWriter json, string name, ImmutableArray<T> items, Action<Utf8JsonWriter, T> members)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            members(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Texts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void Members(Utf8JsonWriter json, params ReadOnlySpan<(string Name, string? Value)> members)
    {
        foreach (var (name, value) in members)
            if (value is not null) json.WriteString(name, value);
    }

    private static string Day(DateOnly day) => $"{day:yyyy-MM-dd}";

    private static string Name(int minor) => $"1.{minor}";
}
