using System.Collections.Immutable;
using Meshlift.Core.Checks;
using Meshlift.Core.Configuration.Binding;
using Meshlift.Core.Findings;
using Meshlift.Yaml;

namespace Meshlift.Core.Configuration;

/// <summary>How manifests are checked.</summary>
/// <param name="Rules">What checks weigh in which files; the last that matches counts.</param>
/// <param name="Functions">Checks of the repository's own; no two have one name.</param>
/// <param name="Kubernetes">Which Kubernetes the manifests are for; null when that is not said.</param>
public sealed record ChecksSpec(ImmutableArray<CheckSetting> Rules, ImmutableArray<CheckFunctionSpec> Functions, CheckKubernetesSpec? Kubernetes)
{
    internal static Shape<ChecksSpec> Shape { get; } = Shapes.Mapping("checks", "How `meshlift check` checks manifests.", fields =>
    {
        var checks = new ChecksSpec(
            fields.List("rules", CheckSetting.Shape, "what checks weigh in which files; the last that matches counts"),
            fields.List("functions", CheckFunctionSpec.Shape, "checks of your own: KRM functions that find fault and change nothing"),
            fields.Optional("kubernetes", CheckKubernetesSpec.Shape, "which Kubernetes the manifests are for; when absent, Kubernetes' own types are only checked with `--schemas` or `--kubernetes-version`"));
        fields.Unique("check", "functions[*].name");
        fields.Check(refuse =>
        {
            if (checks.Rules.IsEmpty && checks.Functions.IsEmpty) return;
            var names = RuleCatalog.All.SelectMany(rule => new[] { rule.Name, rule.Code }).Concat(OutsideChecks.Names).ToList();
            for (var i = 0; i < checks.Functions.Length; i++)
                if (names.Contains(checks.Functions[i].Name, StringComparer.Ordinal)) refuse($"functions[{i}].name", $"'{checks.Functions[i].Name}' is a check of Meshlift's own; give the function another name");
            names.AddRange(checks.Functions.Select(function => function.Name));
            for (var i = 0; i < checks.Rules.Length; i++)
                if (checks.Rules[i].Rule is var rule && !names.Contains(rule, StringComparer.Ordinal) && !OutsideChecks.IsIstioCode(rule))
                    refuse($"rules[{i}].rule", $"there is no check {Quoted.Text(rule)}; {(Spelling.Suggest(rule, names) is null ? "docs/findings.md lists them" : Spelling.Hint(rule, names))}");
        });
        return checks;
    });
}

/// <summary>What a check weighs in some files.</summary>
/// <param name="Rule">The code or the name of the check.</param>
/// <param name="Paths">Which files, relative to the folder of the configuration; empty for all.</param>
/// <param name="Severity">What its findings weigh; null to tell none.</param>
/// <param name="Reason">Why; null when nobody says. Never null when <paramref name="Severity"/> is.</param>
public sealed record CheckSetting(string Rule, ImmutableArray<PathGlob> Paths, Severity? Severity, string? Reason)
{
    internal static TextShape<PathGlob> PathShape { get; } = new("pattern of paths", PathGlob.Parse, @"^!?[^!]",
        "Files relative to the folder of this file, as a line of `.gitignore`: `*` and `?` stop at `/`, `**` is any folders, `legacy/` is that folder anywhere, `apps/legacy/` only there; `!` takes out again.", ["apps/legacy/**", "legacy/", "!apps/legacy/new.yaml"]);

    private static TextShape<string> RuleShape { get; } = new("check", ParseRule, "^[A-Za-z][-A-Za-z0-9_]*$", "A check by its code or its name, as docs/findings.md lists them; the name of a function; or a code of istioctl.", ["memory", "ML3006", "IST0107"]);

    internal static Shape<CheckSetting> Shape { get; } = Shapes.Mapping("check setting", "What the findings of a check weigh in some files.", fields =>
    {
        var setting = new CheckSetting(
            fields.Required("rule", RuleShape, "the check, by its code or its name"),
            fields.List("paths", PathShape, "which files; all when absent"),
            fields.Required("severity", Shapes.Choice<Severity?>("check severity",
                new Word<Severity?>("error", Findings.Severity.Error, "exit code 1"), new Word<Severity?>("warning", Findings.Severity.Warning, "told, and no more"), new Word<Severity?>("off", null, "not told, and counted")), "what its findings weigh"),
            fields.Optional("reason", Shapes.NonEmptyText, "why; needed with `off`"));
        fields.Check(refuse =>
        {
            if (setting.Severity is null && setting.Reason is null) refuse("severity", $"to switch '{setting.Rule}' off needs a reason; write for example reason: moved to the new cluster in May");
        });
        return setting;
    });

    private static string ParseRule(string text) => text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        ? text
        : throw new UserException(ErrorKind.Input, $"{Quoted.Text(text)} is not a check", "write a code such as ML3006, or a name such as memory");
}

/// <summary>A check of the repository's own: a KRM function.</summary>
/// <param name="Name">What its findings are told as; a DNS label.</param>
/// <param name="Exec">The program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Config">What it gets as <c>functionConfig</c>; null for nothing.</param>
/// <param name="Timeout">How long it may run.</param>
/// <param name="Paths">The files whose resources it is given; empty for all.</param>
/// <param name="Target">Which resources it is given; null for all.</param>
public sealed record CheckFunctionSpec(string Name, RepositoryPath Exec, ImmutableArray<string> Arguments, YamlMapping? Config, TimeSpan Timeout, ImmutableArray<PathGlob> Paths, ResourceSelector? Target)
{
    internal static Shape<CheckFunctionSpec> Shape { get; } = Shapes.Mapping("check function", "A KRM function that finds fault: ResourceList in, the same ResourceList with `results` out.", fields =>
    {
        var function = new CheckFunctionSpec(
            fields.Required("name", Shapes.DnsLabel, "what its findings are told as"),
            fields.Required("exec", Shapes.RepositoryPath, "the program, a file of this repository"),
            fields.List("args", Shapes.NonEmptyText, "its arguments; no shell reads them"),
            fields.Optional("config", Shapes.Anything, "what the function gets as `functionConfig`: an object with apiVersion and kind") as YamlMapping,
            fields.Optional("timeout", Shapes.Duration, "1m", "how long it may run"),
            fields.List("paths", CheckSetting.PathShape, "the files whose resources it is given; all when absent"),
            fields.Optional("target", ResourceSelector.Shape, "which resources it is given; all when absent"));
        fields.Check(refuse =>
        {
            if (fields.Has("config") && (function.Config?["apiVersion"] is not YamlScalar || function.Config["kind"] is not YamlScalar))
                refuse("config", "a function is configured by a Kubernetes object; write for example config: { apiVersion: v1, kind: ConfigMap, metadata: { name: x }, data: { key: value } }");
            if (function.Timeout <= TimeSpan.Zero) refuse("timeout", "a function needs more time than none; write for example timeout: 1m");
        });
        return function;
    });
}

/// <summary>Which Kubernetes manifests are for.</summary>
/// <param name="Version">Its version.</param>
/// <param name="OpenApi">Where its OpenAPI document lies, with <c>${version}</c> in it: http, https or file.</param>
public sealed record CheckKubernetesSpec(KubernetesRelease? Version, string OpenApi)
{
    /// <summary>Where Kubernetes publishes the OpenAPI document of a release.</summary>
    public const string Published = "https://raw.githubusercontent.com/kubernetes/kubernetes/${version}/api/openapi-spec/swagger.json";

    private static TextShape<KubernetesRelease> VersionShape { get; } = new("Kubernetes release", KubernetesRelease.Parse, @"^v?1\.[0-9]+(\.[0-9]+)?$", "A release of Kubernetes, in quotes, with or without `v` and patch.", ["1.33", "1.33.2"]);

    private static TextShape<string> PlaceShape { get; } = new("address of a schema", ParsePlace, @"^(https?|file)://.*\$\{version\}", "A URL (https, http, file) with `${version}` where the version stands, as v1.33.0.", ["https://mirror.example.com/kubernetes/${version}/swagger.json"]);

    internal static Shape<CheckKubernetesSpec> Shape { get; } = Shapes.Mapping("check kubernetes", "Which Kubernetes the manifests are for, and where its OpenAPI document lies.", fields => new CheckKubernetesSpec(
        fields.Optional("version", VersionShape, "its version; `--kubernetes-version` wins over it"),
        fields.Optional("openapi", PlaceShape, Published, "where the OpenAPI document of a release lies; it is fetched once and kept in the cache")));

    private static string ParsePlace(string text)
    {
        WebAddress.Parse(text.Replace("${version}", "v1.33.0", StringComparison.Ordinal), "https", "http", "file");
        return text.Contains("${version}", StringComparison.Ordinal)
            ? text
            : throw new UserException(ErrorKind.Input, $"{WebAddress.Shown(text)} is the same for every version", "write ${version} where the version stands, as v1.33.0");
    }
}
