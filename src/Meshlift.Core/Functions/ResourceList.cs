using System.Collections.Immutable;
using System.Globalization;
using Meshlift.Core.Classifying;
using Meshlift.Core.Configuration;
using Meshlift.Core.Findings;
using Meshlift.Core.Manifests;
using Meshlift.Core.Patching;
using Meshlift.Yaml;

namespace Meshlift.Core.Functions;

/// <summary>Something that a function says about what it was given.</summary>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Message">What, on one line and without control characters.</param>
/// <param name="Subject">The resource, with its field where the function names one, or the file; empty when it names neither.</param>
public sealed record FunctionResult(Severity Severity, string Message, string Subject);

/// <summary>What functions read and write: the <c>ResourceList</c> of the KRM Functions Specification, <c>config.kubernetes.io/v1</c>.</summary>
public static class ResourceList
{
    internal const string Prefix = "internal.config.kubernetes.io/";
    internal const string Id = Prefix + "id";

    // Libraries of functions add these beside the internal ones, for functions older than the specification.
    internal static readonly string[] Legacy = ["config.kubernetes.io/index", "config.kubernetes.io/path", "config.k8s.io/id"];

    /// <summary>The input of a function.</summary>
    /// <param name="items">What it is given. Each is told its file (of <c>generated/</c>, <c>standby/</c> or <c>common/</c>) in an annotation.</param>
    /// <param name="config">Its configuration; null for none.</param>
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<ClassifiedResource> items, YamlMapping? config)
    {
        var list = YamlMapping.Of(("apiVersion", "config.kubernetes.io/v1"), ("kind", "ResourceList"));
        if (config is not null) list = list.With("functionConfig", config);
        return CanonicalYaml.Write(list.With("items", YamlSequence.Of(items.Select(Marked))), "apiVersion", "kind", "functionConfig");
    }

    /// <summary>Reads the output of a function.</summary>
    /// <param name="utf8">The output.</param>
    /// <param name="items">What it was given.</param>
    /// <param name="function">The function, for messages.</param>
    /// <returns>What it gives back, each with the one of the given that it was, or null for a new one, without the annotations that were added for it.</returns>
    /// <exception cref="UserException">The output is no ResourceList; or a resource has another identity than before, or is there twice.</exception>
    public static ImmutableArray<(Resource Resource, ClassifiedResource? Before)> ReadItems(ReadOnlySpan<byte> utf8, IReadOnlyList<ClassifiedResource> items, string function)
    {
        var sequence = Read(utf8, function)["items"] as YamlSequence ?? throw Wrong(function, "its output has no list of items");
        var given = items.ToDictionary(item => item.Resource.Identity);
        var read = ImmutableArray.CreateBuilder<(Resource, ClassifiedResource?)>(sequence.Items.Length);
        var seen = new HashSet<ResourceIdentity>();
        // By which number something came back under its own name: a copy of it, with another name, is a new resource.
        var kept = new HashSet<int>();
        var renamed = new List<(int Number, ResourceIdentity Identity)>();
        for (var i = 0; i < sequence.Items.Length; i++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"items[{i}]");
            if (sequence.Items[i] is not YamlMapping root || ManifestStream.IdentityOf(root) is not { } identity) throw Wrong(function, $"{place} of its output is no Kubernetes object");
            if (!seen.Add(identity)) throw Wrong(function, $"its output holds {identity} twice");
            var before = given.GetValueOrDefault(identity);
            if (NumberOf(root) is { } number && number >= 0 && number < items.Count)
            {
                if (items[number].Resource.Identity == identity) kept.Add(number);
                else renamed.Add((number, identity));
            }
            root = Unmarked(root, before?.Resource.Root);
            read.Add((before?.Resource.With(root) ?? new Resource(identity, root, $"{function}, {place}"), before));
        }
        foreach (var (number, identity) in renamed)
            if (!kept.Contains(number) && !seen.Contains(items[number].Resource.Identity))
                throw Wrong(function, $"it makes {identity} of {items[number].Resource.Identity}", "a function may change, add and remove resources, but not rename them; remove the one and add the other without its annotations");
        return read.DrainToImmutable();
    }

    /// <summary>Reads what the function says; empty when it says nothing. A result without a severity is an error, as the specification has it.</summary>
    /// <exception cref="UserException">The output is no ResourceList.</exception>
    public static ImmutableArray<FunctionResult> ReadResults(ReadOnlySpan<byte> utf8, string function)
    {
        var results = Read(utf8, function)["results"];
        if (results is null or YamlScalar { Kind: ScalarKind.Null }) return [];
        if (results is not YamlSequence sequence) throw Wrong(function, "the results in its output are no list");
        return [.. sequence.Items.Select(item => Result(item as YamlMapping ?? throw Wrong(function, "a result in its output is no mapping"), function))];
    }

    internal static YamlMapping Read(ReadOnlySpan<byte> utf8, string function)
    {
        try
        {
            return YamlReader.Read(utf8) is YamlMapping list && Text(list, "kind") == "ResourceList" && ResourceIdentity.GroupOf(Text(list, "apiVersion") ?? "") == "config.kubernetes.io"
                ? list
                : throw Wrong(function, "its output is no ResourceList of config.kubernetes.io");
        }
        catch (YamlSyntaxException e)
        {
            throw Wrong(function, $"its output is no YAML: {e.Position}: {e.Message}");
        }
    }

    private static FunctionResult Result(YamlMapping result, string function)
    {
        var (severity, message) = SeverityAndMessage(result, function);
        var subject = Reference(result) is { } reference ? reference.ToString() : Text(result["file"] as YamlMapping, "path") ?? "";
        if (Text(result["field"] as YamlMapping, "path") is { } field) subject += subject.Length == 0 ? field : $": {field}";
        return new FunctionResult(severity, OneLine(message), OneLine(subject));
    }

    internal static (Severity Severity, string Message) SeverityAndMessage(YamlMapping result, string function)
    {
        var severity = Text(result, "severity") switch
        {
            "info" => Severity.Note,
            "warning" => Severity.Warning,
            "error" or null => Severity.Error,
            var other => throw Wrong(function, $"a result in its output has the severity {Quoted.Text(other)}", "the specification knows error, warning and info"),
        };
        return (severity, Text(result, "message") ?? throw Wrong(function, "a result in its output has no message"));
    }

    /// <summary>The resource that a result names; null when it names none.</summary>
    internal static ResourceIdentity? Reference(YamlMapping result) =>
        result["resourceRef"] is YamlMapping reference && Text(reference, "kind") is { } kind && Text(reference, "name") is { } name
            ? new ResourceIdentity(ResourceIdentity.GroupOf(Text(reference, "apiVersion") ?? ""), kind, Text(reference, "namespace") ?? "", name)
            : null;

    private static YamlMapping Marked(ClassifiedResource item, int number)
    {
        var root = item.Resource.Root;
        var metadata = (YamlMapping)root["metadata"]!;
        var annotations = (metadata["annotations"] as YamlMapping ?? YamlMapping.Empty)
            .With(Id, YamlScalar.String(number.ToString(CultureInfo.InvariantCulture))).With(Prefix + "index", "0").With(Prefix + "path", PatchTree.PathOf(item));
        return root.With("metadata", metadata.With("annotations", annotations));
    }

    internal static int? NumberOf(YamlMapping root) =>
        int.TryParse((((root["metadata"] as YamlMapping)?["annotations"] as YamlMapping)?[Id] as YamlScalar)?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static YamlMapping Unmarked(YamlMapping root, YamlMapping? before)
    {
        var metadata = (YamlMapping)root["metadata"]!;
        if (metadata["annotations"] is not YamlMapping annotations) return root;
        var old = (before?["metadata"] as YamlMapping)?["annotations"];
        var own = annotations.Entries.RemoveAll(entry =>
            entry.Key.StartsWith(Prefix, StringComparison.Ordinal) || (Legacy.Contains(entry.Key, StringComparer.Ordinal) && (old as YamlMapping)?[entry.Key] is null));
        if (own.Length == annotations.Entries.Length) return root;
        // What was an absent, an empty or a null mapping is one again.
        if (!own.IsEmpty) return root.With("metadata", metadata.With("annotations", new YamlMapping(own)));
        return root.With("metadata", old is null or YamlMapping { Entries.IsEmpty: false } ? metadata.Without("annotations") : metadata.With("annotations", old));
    }

    internal static string? Text(YamlMapping? mapping, string key) => mapping?[key] is YamlScalar { Kind: not ScalarKind.Null, Value.Length: > 0 } scalar ? scalar.Value : null;

    internal static string OneLine(string text)
    {
        const int longest = 1000;
        var line = string.Join(' ', new string([.. text.Take(longest).Select(c => char.IsControl(c) ? ' ' : c)]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return text.Length > longest ? line + "..." : line;
    }

    internal static UserException Wrong(string function, string what, string remedy = "run the function by hand with its input to see what it writes; docs/functions.md says what it must") =>
        new(ErrorKind.Input, $"{function}: {what}", remedy);
}
