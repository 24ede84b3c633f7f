using System.Collections.Immutable;
using Meshlift.Core.Configuration.Binding;
using Meshlift.Yaml;

namespace Meshlift.Core.Configuration;

/// <summary>A change of rendered resources. The set is closed: what carries mutations out switches over all of it.</summary>
/// <param name="Target">Which resources are changed; null for all.</param>
public abstract record Mutation(ResourceSelector? Target)
{
    private const string TargetMeaning = "which resources are meant; all when absent";

    /// <summary>Sets labels.</summary>
    /// <param name="Target">Which resources are changed; null for all.</param>
    /// <param name="Values">The labels; at least one.</param>
    public sealed record Labels(ResourceSelector? Target, ImmutableSortedDictionary<string, string> Values) : Mutation(Target);

    /// <summary>Sets annotations.</summary>
    /// <param name="Target">Which resources are changed; null for all.</param>
    /// <param name="Values">The annotations; at least one.</param>
    public sealed record Annotations(ResourceSelector? Target, ImmutableSortedDictionary<string, string> Values) : Mutation(Target);

    /// <summary>Gives a field a value.</summary>
    /// <param name="Target">Which resources are changed; null for all.</param>
    /// <param name="Path">Which field.</param>
    /// <param name="Value">The value; never null in YAML's sense.</param>
    public sealed record Set(ResourceSelector? Target, FieldPath Path, YamlNode Value) : Mutation(Target);

    /// <summary>Takes a field away.</summary>
    /// <param name="Target">Which resources are changed; null for all.</param>
    /// <param name="Path">Which field.</param>
    public sealed record Remove(ResourceSelector? Target, FieldPath Path) : Mutation(Target);

    /// <summary>Takes images from another place.</summary>
    /// <param name="Target">Which resources are changed; null for all.</param>
    /// <param name="From">The host and path that images begin with, such as <c>docker.io/istio</c>; without a slash at the end.</param>
    /// <param name="To">What they begin with instead; without a slash at the end.</param>
    public sealed record Registry(ResourceSelector? Target, string From, string To) : Mutation(Target);

    /// <summary>Runs a program of the repository as a KRM function.</summary>
    /// <param name="Target">Which resources it is given; null for all.</param>
    /// <param name="Exec">The program.</param>
    /// <param name="Arguments">Its arguments.</param>
    /// <param name="Config">What it gets as <c>functionConfig</c>, an object with apiVersion and kind; null for nothing.</param>
    /// <param name="Timeout">How long it may run.</param>
    public sealed record Function(ResourceSelector? Target, RepositoryPath Exec, ImmutableArray<string> Arguments, YamlMapping? Config, TimeSpan Timeout) : Mutation(Target);

    internal static Shape<Mutation> Shape { get; } = Shapes.Mapping<Mutation>("mutation",
        "One change of rendered resources; made in the order of the list, before patches are applied.", fields =>
    {
        var labels = fields.Optional("labels", Shapes.Map(Shapes.LabelKey, Shapes.LabelValue), "sets labels; `target` stands beside it");
        var annotations = fields.Optional("annotations", Shapes.Map(Shapes.LabelKey, Shapes.AnnotationValue), "sets annotations; `target` stands beside it");
        var other = (Mutation?)fields.Optional("set", SetShape, "gives a field a value");
        other = fields.Optional("remove", RemoveShape, "takes a field away") ?? other;
        other = fields.Optional("registry", RegistryShape, "takes images from another place") ?? other;
        other = fields.Optional("function", FunctionShape, "runs a KRM function") ?? other;
        var target = fields.Optional("target", ResourceSelector.Shape, $"beside `labels` and `annotations` only: {TargetMeaning}");
        fields.ExactlyOneOf("labels", "annotations", "set", "remove", "registry", "function");
        fields.Check(refuse =>
        {
            if (target is not null && other is not null) refuse("target",
                "'target' stands beside labels and annotations only; move it one level down, beside the other keys of this mutation");
        });
        return other ?? (annotations is not null ? new Annotations(target, annotations) : new Labels(target, labels!));
    });

    private static Shape<Set> SetShape => Shapes.Mapping("set", "Gives a field a value.", fields => new Set(
        Selected(fields),
        fields.Required("path", Shapes.FieldPath, "the field"),
        fields.Required("value", Shapes.Anything, "its value, of any type")));

    private static Shape<Remove> RemoveShape => Shapes.Mapping("remove", "Takes a field away.", fields => new Remove(
        Selected(fields),
        fields.Required("path", Shapes.FieldPath, "the field")));

    private static Shape<Registry> RegistryShape => Shapes.Mapping("registry", "Takes images from another place.", fields => new Registry(
        Selected(fields),
        fields.Required("from", ImagePrefix("docker.io/istio"), "what image names begin with"),
        fields.Required("to", ImagePrefix("registry.example.com/istio"), "what they begin with instead")));

    private static Shape<Function> FunctionShape => Shapes.Mapping("function", "Runs a KRM function: ResourceList in, ResourceList out.", fields =>
    {
        var target = Selected(fields);
        var exec = fields.Required("exec", Shapes.RepositoryPath, "the program, a file of this repository");
        var arguments = fields.List("args", Shapes.NonEmptyText, "its arguments; no shell reads them");
        var config = fields.Optional("config", Shapes.Anything, "what the function gets as `functionConfig`: an object with apiVersion and kind");
        var timeout = fields.Optional("timeout", Shapes.Duration, "1m", "how long it may run");
        fields.Check(refuse =>
        {
            if (config is not null && (config is not YamlMapping mapping || mapping["apiVersion"] is not YamlScalar || mapping["kind"] is not YamlScalar))
                refuse("config", "a function is configured by a Kubernetes object; write for example config: { apiVersion: v1, kind: ConfigMap, metadata: { name: x }, data: { key: value } }");
            if (timeout <= TimeSpan.Zero) refuse("timeout", "a function needs more time than none; write for example timeout: 1m");
        });
        return new Function(target, exec, arguments, config as YamlMapping, timeout);
    });

    private static ResourceSelector? Selected(Fields fields) => fields.Optional("target", ResourceSelector.Shape, TargetMeaning);

    private static TextShape<string> ImagePrefix(string example) =>
        new("image prefix", ParseImagePrefix, @"^[^\s:/@]+(:[0-9]+)?(/[^\s:/@]+)*/?$", "A registry's host and a path, without scheme, tag and digest.", [example]);

    private static string ParseImagePrefix(string text)
    {
        var prefix = text.EndsWith('/') ? text[..^1] : text;
        var parts = prefix.Split('/');
        var host = parts[0].Split(':');
        var isHost = host is [_] || host is [_, { Length: > 0 and <= 5 } port] && port.All(char.IsAsciiDigit);
        parts[0] = host[0];
        return isHost && parts.All(part => part.Length > 0 && !part.Any(c => char.IsWhiteSpace(c) || c is '@' or ':'))
            ? prefix
            : throw new UserException(ErrorKind.Input, $"{WebAddress.Shown(text)} is not what an image name begins with",
                "write a host and a path without scheme, tag and digest, for example registry.example.com/istio");
    }
}
