using System.Collections.Immutable;
using Meshlift.Core.Tags;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Core.Configuration.Binding;

/// <summary>The kinds of values that the file is made of.</summary>
internal static class Shapes
{
    public static TextShape<string> DnsLabel { get; } = new("name", KubernetesSyntax.DnsLabel, KubernetesSyntax.DnsLabelPattern,
        "At most 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit.", ["production"]);

    public static TextShape<string> DnsName { get; } = new("object name", KubernetesSyntax.DnsName, KubernetesSyntax.DnsNamePattern,
        "The name of a Kubernetes object: a-z, 0-9, '-' and '.', beginning and ending with a letter or digit.", ["flux-system"]);

    public static TextShape<string> LabelKey { get; } = new("key", KubernetesSyntax.LabelKey, KubernetesSyntax.LabelKeyPattern,
        "A key of a label or an annotation, with or without a prefix.", ["team", "example.com/team"]);

    public static TextShape<string> LabelValue { get; } = new("label value", KubernetesSyntax.LabelValue, KubernetesSyntax.LabelValuePattern,
        "At most 63 letters, digits, '-', '_' and '.'; quoted where it looks like a number or a boolean.", ["platform"]);

    public static TextShape<string> AnnotationValue { get; } = new("annotation value", text => text, null, "Any text; quoted where it looks like a number or a boolean.", ["on call: jane"]);

    public static TextShape<string> NonEmptyText { get; } = new("text", text => text.AsSpan().Trim().IsEmpty ? throw new UserException(ErrorKind.Input, "the text is empty", "write something, or remove the key") : text,
        @"\S", "Any text that is not empty; quoted where it looks like a number or a boolean.", ["eu"]);

    public static TextShape<Glob> Glob { get; } = new("pattern", Configuration.Glob.Parse, Configuration.Glob.Pattern,
        "A name in which `*` stands for any characters, also none. Capitals count; nothing else is special.", ["istio-egress*"]);

    public static TextShape<VersionRange> VersionRange { get; } = new("version range", Versions.VersionRange.Parse, null,
        "Which Istio versions are wanted, as npm writes it: `1.30.3` exactly, `1.30.*` or `~1.30` any patch of 1.30, `~1.29.4` any patch from 1.29.4 on, `>=1.28 <1.31` between, `*` every release; "
        + "comparators joined by space or comma must all hold, `||` separates alternatives. A pre-release is taken only when the range names one of the same three numbers, such as `>=1.31.0-rc.0`. "
        + "`^` is refused: every minor of Istio is an upgrade of its own. Always in quotes, because YAML reads 1.30 as the number 1.3.", ["1.30.*", "~1.29.4",
            ">=1.28 <1.31"]);

    public static TextShape<RevisionTemplate> RevisionTemplate { get; } = new("revision template", Versions.RevisionTemplate.Parse, @"^[-a-z0-9]*(\{(major|minor|patch|prerelease)\}[-a-z0-9]*)*$",
        "How revisions are named, with `{major}`, `{minor}`, `{patch}` and `{prerelease}`. A pre-release is appended when the template does not place it: 1.31.0-rc.0 becomes 1-31-0-rc-0. "
        + "A text without placeholders names the one revision that is upgraded in place; `default` is the control plane without a revision.", ["{major}-{minor}-{patch}",
            "istio{major}{minor}", "default"]);

    public static TextShape<TagName> TagName { get; } = new("tag", Tags.TagName.Parse, Tags.TagName.Pattern,
        "The name of a revision tag, as namespaces write it into `istio.io/rev`: at most 43 of a-z, 0-9 and '-', beginning and ending with a letter or digit. "
        + "`default` is the tag of those that name no revision.", ["prod-stable"]);

    public static TextShape<TimeSpan> Duration { get; } = new("duration", Configuration.Duration.Parse, Configuration.Duration.Pattern,
        "Whole numbers with their units w, d, h, m, s, the largest first. A day has 24 hours.", ["7d", "1h30m", "90s"], Unquoted.IsWrong);

    public static TextShape<Percentage> Percentage { get; } = new("percentage", Configuration.Percentage.Parse, Configuration.Percentage.Pattern,
        "A number that is not negative, and `%`.", ["20%", "0.5%"], Unquoted.IsWrong);

    public static TextShape<Limit> Limit { get; } = new("limit", Configuration.Limit.Parse, Configuration.Limit.Pattern,
        "A number in the query's own unit, or a percentage, which stands for its hundredth: 0.5% is 0.005.", ["0.5%", "1500"], Unquoted.IsGood);

    public static TextShape<RepositoryPath> RepositoryPath { get; } = new("path", Configuration.RepositoryPath.Parse, Configuration.RepositoryPath.Pattern,
        "A file or folder of this repository, relative to its root, with `/`; never absolute, never with `..`. The root is `.`.", ["clusters/testing"]);

    public static TextShape<ManifestSource> ManifestSource { get; } = new("path or URL", Configuration.ManifestSource.Parse, null,
        "A file or folder of this repository, or a URL (https, http, file), with `${version}` and `${revision}` where they belong.", ["vendor/istio/${version}/all.yaml"]);

    public static TextShape<string> Program { get; } = new("path of a program", ParseProgram, null,
        "A path, absolute or from the folder of this file; `${version}` in it stands for the version that is rendered.", ["/opt/istio/${version}/bin/istioctl"]);

    public static TextShape<FieldPath> FieldPath { get; } = new("field path", ParsePath, null,
        "Keys joined by dots; a list's item as `[0]`, `[name=discovery]` or `[*]`; a key that holds a dot in brackets and quotes: `metadata.annotations[\"example.com/team\"]`. "
        + "Behind a `|` the path goes on within the document, JSON or YAML, that stands there as a text.",
        ["spec.template.spec.priorityClassName", "spec.template.spec.containers[name=discovery].resources", "data.values|global.hub"]);

    public static TextShape<GitRemote> GitRemote { get; } = new("Git address", Configuration.GitRemote.Parse, null,
        "What `git clone` takes: a URL, `user@host:path`, or a folder that begins with `/`, `./` or `../`. Without a password.", ["git@github.com:acme/platform.git"]);

    public static TextShape<ImmutableArray<TimeWindow>> TimeWindow { get; } = new("window", Configuration.TimeWindow.Parse, TimeWindowParser.Pattern,
        "Days (every day when absent), opening and closing time, time zone by its IANA name; several are separated by `;`. 24:00 ends a day; a window that closes before it opens closes on the next day.",
        ["Mon-Thu 08:00-16:00 Europe/Paris", "Mon,Wed 22:00-02:00 UTC; Sat 00:00-24:00 UTC"]);

    public static Shape<bool> Boolean { get; } = new BooleanShape();

    public static Shape<YamlNode> Anything { get; } = new AnythingShape();

    /// <summary>A URL.</summary>
    public static TextShape<Uri> Url(string name, ImmutableArray<string> schemes, string example) =>
        new(name, text => WebAddress.Parse(text, schemes.AsSpan()), $"^({string.Join('|', schemes)})://",
            $"A URL ({string.Join(", ", schemes)}) without user name and password.", [example]);

    public static Shape<int> Integer(int least, int most = int.MaxValue) => new IntegerShape(least, most);

    public static Shape<T> Choice<T>(string name, params ImmutableArray<Word<T>> words) => new ChoiceShape<T>(name, words);

    public static Shape<ImmutableArray<T>> List<T>(Shape<T> item) => new ListShape<T>(item, isNeverEmpty: false);

    public static Shape<ImmutableArray<T>> NonEmptyList<T>(Shape<T> item) => new ListShape<T>(item, isNeverEmpty: true);

    /// <summary>Keys and values in ordinal order of the keys.</summary>
    public static Shape<ImmutableSortedDictionary<string, T>> Map<T>(TextShape<string> key, Shape<T> value) =>
        new MappedShape<ImmutableArray<KeyValuePair<string, T>>, ImmutableSortedDictionary<string, T>>(new MapShape<string, T>(key, value), entries => entries.ToImmutableSortedDictionary(StringComparer.Ordinal));

    public static Shape<T> Mapping<T>(string name, string meaning, Func<Fields, T> declare) => new MappingShape<T>(name, meaning, declare);

    /// <summary>One value, or a list of such.</summary>
    public static Shape<ImmutableArray<T>> OneOrMany<T>(Shape<T> one) =>
        new EitherShape<ImmutableArray<T>>(node => node is YamlSequence, new MappedShape<T, ImmutableArray<T>>(one, value => [value]), NonEmptyList(one));

    /// <summary>A value type that can be absent.</summary>
    public static Shape<T?> OrNull<T>(this Shape<T> shape) where T : struct => new MappedShape<T, T?>(shape, value => value);

    private static string ParseProgram(string text) => text.Length > 0 && text.AsSpan().Trim().Length == text.Length && !text.Contains('\0', StringComparison.Ordinal)
        ? text
        : throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a path", "write for example tools/istioctl-${version}");

    private static FieldPath ParsePath(string text)
    {
        try
        {
            return Configuration.FieldPath.Parse(text);
        }
        catch (FormatException e)
        {
            throw new UserException(ErrorKind.Input, Quoted.Cut(e.Message), "write for example spec.template.spec.containers[name=discovery].image", e);
        }
    }
}
