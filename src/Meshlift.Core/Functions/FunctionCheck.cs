using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Checks;
using Meshlift.Core.Configuration.Binding;
using Meshlift.Core.Manifests;
using Meshlift.Yaml;

namespace Meshlift.Core.Functions;

/// <summary>A resource that a function is to find fault with.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="File">Its file, as findings show it.</param>
/// <param name="Index">Which resource of its file it is; 0-based.</param>
public sealed record CheckedResource(Resource Resource, string File, int Index);

/// <summary>A KRM function as a check, but for running the program: what it is given, and what it found.</summary>
/// <param name="items">What it is given.</param>
/// <param name="rule">The check.</param>
/// <param name="setting">Where it stands in the configuration, as file, line and column: the place of findings that name nothing.</param>
public sealed class FunctionCheck(ImmutableArray<CheckedResource> items, RuleInfo rule, (string File, int Line, int Column) setting)
{
    /// <summary>The function in messages.</summary>
    public string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"{setting.File}:{setting.Line}:{setting.Column}: the function '{rule.Name}'");

    /// <summary>What the program reads.</summary>
    /// <param name="config">Its <c>functionConfig</c>; null for none.</param>
    public ReadOnlyMemory<byte> Input(YamlMapping? config)
    {
        var list = YamlMapping.Of(("apiVersion", "config.kubernetes.io/v1"), ("kind", "ResourceList"));
        if (config is not null) list = list.With("functionConfig", config);
        return CanonicalYaml.Write(list.With("items", YamlSequence.Of(items.Select(Marked))), "apiVersion", "kind", "functionConfig");
    }

    /// <summary>What the function found.</summary>
    /// <param name="output">What the program wrote.</param>
    /// <exception cref="UserException">The output is no ResourceList, or its items are not those that it was given.</exception>
    public ImmutableArray<CheckFinding> Findings(ReadOnlyMemory<byte> output)
    {
        var list = ResourceList.Read(output.Span, Name);
        RefuseChanges(list);
        return list["results"] switch
        {
            null or YamlScalar { Kind: ScalarKind.Null } => [],
            YamlSequence results => [.. results.Items.Select(result => Finding(result as YamlMapping ?? throw ResourceList.Wrong(Name, "a result in its output is no mapping")))],
            _ => throw ResourceList.Wrong(Name, "the results in its output are no list"),
        };
    }

    private CheckFinding Finding(YamlMapping result)
    {
        var (severity, message) = ResourceList.SeverityAndMessage(result, Name);
        var field = ResourceList.Text(result["field"] as YamlMapping, "path");
        var item = Find(ResourceList.Reference(result), result["file"] as YamlMapping);
        var told = rule with { Severity = severity };
        var remedy = $"see what the function '{rule.Name}' asks for";
        if ((result["field"] as YamlMapping)?["proposedValue"] is YamlScalar proposed) remedy = $"write {ResourceList.OneLine(proposed.Value)}";
        if (item is null)
        {
            var (file, line, column) = ResourceList.Text(result["file"] as YamlMapping, "path") is { } path && items.Any(one => one.File == path) ? (path, 1, 1) : setting;
            return new CheckFinding(told, file, line, column, ResourceList.Reference(result)?.ToString() ?? "", ResourceList.OneLine(field ?? ""), ResourceList.OneLine(message), remedy);
        }
        var place = Place(item.Resource.Root, field)?.Start;
        return new CheckFinding(told, item.File, place?.Line ?? 1, place?.Column ?? 1, item.Resource.Identity.ToString(), ResourceList.OneLine(field ?? ""), ResourceList.OneLine(message), remedy);
    }

    private CheckedResource? Find(ResourceIdentity? reference, YamlMapping? file)
    {
        IEnumerable<CheckedResource> found = items;
        if (ResourceList.Text(file, "path") is { } path)
        {
            found = found.Where(item => item.File == path);
            if (reference is null) return file!["index"] is YamlScalar { Kind: ScalarKind.Integer } index ? found.FirstOrDefault(item => item.Index.ToString(CultureInfo.InvariantCulture) == index.Value) : null;
        }
        else if (reference is null) return null;
        return found.FirstOrDefault(item => item.Resource.Identity == reference)
            // A function may leave the namespace out, as manifests do.
            ?? (reference.Namespace.Length == 0 ? found.FirstOrDefault(item => item.Resource.Identity with { Namespace = "" } == reference) : null);
    }

    private static SourceSpan? Place(YamlMapping root, string? field)
    {
        try
        {
            return (field is null ? root : NodeSearch.Deepest(root, YamlPath.Parse(field))).Span ?? root.Span;
        }
        catch (FormatException)
        {
            return root.Span;
        }
    }

    private void RefuseChanges(YamlMapping list)
    {
        if (list["items"] is not YamlSequence output) throw ResourceList.Wrong(Name, "its output has no list of items", "a check gives back the items that it was given, and its results");
        var seen = new HashSet<int>();
        foreach (var item in output.Items)
        {
            if (item is not YamlMapping root || ManifestStream.IdentityOf(root) is not { } identity) throw ResourceList.Wrong(Name, "an item of its output is no Kubernetes object");
            if (ResourceList.NumberOf(root) is not { } number || number < 0 || number >= items.Length) throw Changed($"adds {identity}");
            if (!seen.Add(number)) throw Changed($"gives {identity} back twice");
            if (!YamlEquality.Instance.Equals(Unmarked(root), Unmarked(items[number].Resource.Root))) throw Changed($"changes {items[number].Resource.Identity}");
        }
        if (seen.Count < items.Length) throw Changed($"removes {items[Enumerable.Range(0, items.Length).First(number => !seen.Contains(number))].Resource.Identity}");
    }

    private UserException Changed(string what) => ResourceList.Wrong(Name, $"it {what}, and a check changes nothing", "a function that changes resources stands in spec.mutate");

    private static YamlMapping Marked(CheckedResource item, int number)
    {
        var root = item.Resource.Root;
        var metadata = root["metadata"] as YamlMapping ?? YamlMapping.Empty;
        var index = YamlScalar.String(item.Index.ToString(CultureInfo.InvariantCulture));
        var annotations = (metadata["annotations"] as YamlMapping ?? YamlMapping.Empty)
            .With(ResourceList.Id, YamlScalar.String(number.ToString(CultureInfo.InvariantCulture))).With(ResourceList.Prefix + "index", index).With(ResourceList.Prefix + "path", item.File);
        return root.With("metadata", metadata.With("annotations", annotations));
    }

    /// <summary>Without the annotations that are the business of functions alone.</summary>
    private static YamlMapping Unmarked(YamlMapping root)
    {
        if (root["metadata"] is not YamlMapping metadata) return root;
        var own = (metadata["annotations"] as YamlMapping)?.Entries.RemoveAll(entry => entry.Key.StartsWith(ResourceList.Prefix, StringComparison.Ordinal) || ResourceList.Legacy.Contains(entry.Key, StringComparer.Ordinal)) ?? [];
        return root.With("metadata", own.IsEmpty ? metadata.Without("annotations") : metadata.With("annotations", new YamlMapping(own)));
    }
}
