using System.Globalization;
using System.Text.RegularExpressions;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Rules;

/// <summary>A Java heap that the container's limit does not hold.</summary>
internal sealed partial class JvmHeapRule : Rule
{
    public override RuleInfo Info { get; } = new("ML3007", "jvm_heap", Severity.Error, "a Java heap as large as the container's memory limit, or larger");

    public override IEnumerable<RuleHit> Check(Resource resource, MeshFacts mesh)
    {
        foreach (var (container, path, _) in OwnContainers.Of(resource))
        {
            var limit = ((container["resources"] as YamlMapping)?["limits"] as YamlMapping)?["memory"] as YamlScalar;
            if (limit is null || Bytes(limit.Value) is not { } most) continue;
            foreach (var (at, where) in Options(container))
            {
                // Of several, the last one counts.
                if (Heap().Matches(at.Value) is not [.., var heap] || Bytes(heap.Groups["size"].Value.ToLowerInvariant() switch { var size when char.IsAsciiDigit(size[^1]) => size, var size => $"{size[..^1]}{char.ToUpperInvariant(size[^1])}i" }) is not { } bytes || bytes < most) continue;
                yield return new RuleHit(at.Span?.Start, $"{path}.{where}", $"{heap.Value.Trim()} leaves nothing of the limit {limit.Value} to the rest of the JVM, which is then killed", "raise the limit, or use -XX:MaxRAMPercentage");
            }
        }
    }

    private static IEnumerable<(YamlScalar At, string Where)> Options(YamlMapping container)
    {
        foreach (var list in (string[])["command", "args"])
            if (container[list] is YamlSequence words)
                for (var i = 0; i < words.Items.Length; i++)
                    if (words.Items[i] is YamlScalar word)
                        yield return (word, string.Create(CultureInfo.InvariantCulture, $"{list}[{i}]"));
        if (container["env"] is not YamlSequence env) yield break;
        for (var i = 0; i < env.Items.Length; i++)
            if (env.Items[i] is YamlMapping variable && (variable["name"] as YamlScalar)?.Value is { } name && (name.StartsWith("JAVA_", StringComparison.Ordinal) || name is "JDK_JAVA_OPTIONS" or "_JAVA_OPTIONS") && variable["value"] is YamlScalar value)
                yield return (value, string.Create(CultureInfo.InvariantCulture, $"env[{i}].value"));
    }

    private static double? Bytes(string quantity)
    {
        var match = Quantity().Match(quantity);
        if (!match.Success) return null;
        var factor = match.Groups["unit"].Value switch
        {
            "" => 1,
            "k" => 1e3,
            "M" => 1e6,
            "G" => 1e9,
            "T" => 1e12,
            "Ki" => 1024,
            "Mi" => 1024.0 * 1024,
            "Gi" => 1024.0 * 1024 * 1024,
            _ => 1024.0 * 1024 * 1024 * 1024,
        };
        return double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) * factor;
    }

    [GeneratedRegex("(^|\\s)-Xmx(?<size>[0-9]+[kKmMgGtT]?)(?=\\s|$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Heap();

    [GeneratedRegex("^(?<number>[0-9]+([.][0-9]+)?)(?<unit>[kMGT]|[KMGT]i)?\\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quantity();
}
