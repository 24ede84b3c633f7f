using System.Collections.Immutable;
using Meshlift.Core.Checks.Across;
using Meshlift.Core.Checks.Rules;
using Meshlift.Core.Findings;

namespace Meshlift.Core.Checks;

/// <summary>All that <c>meshlift check</c> can find, in the order of the summary.</summary>
public static class RuleCatalog
{
    /// <summary>A document that is no YAML, or none that Kubernetes reads without ambiguity.</summary>
    public static RuleInfo Yaml { get; } = new("ML1100", "yaml", Severity.Error, "documents that are no YAML, or no Kubernetes object");

    /// <summary>What a schema forbids.</summary>
    public static RuleInfo Schema { get; } = new("ML1101", "schema", Severity.Error, "fields and values that the API server refuses, or drops without a word");

    /// <summary>The same resource twice.</summary>
    public static RuleInfo Duplicates { get; } = new("ML1102", "duplicate_resources", Severity.Error, "a resource that stands twice where all files are applied together");

    /// <summary>A gateway that two revisions want.</summary>
    public static RuleInfo GatewayOwners { get; } = new("ML1103", "gateway_owners", Severity.Error, "a gateway that stands in two revisions under one name");

    /// <summary>A comment that silences a finding and does not say why.</summary>
    public static RuleInfo Suppressions { get; } = new("ML1104", "suppressions", Severity.Error, "a comment that silences a finding without a reason");

    /// <summary>The rules about one resource.</summary>
    public static ImmutableArray<Rule> Rules { get; } =
    [
        new WebhookFieldsRule(), new ImageHostsRule(), new TagNamesRule(), new TagTargetsRule(),
        new EnvoyFilterVersionsRule(), new ServiceEntryProtocolsRule(),
        new ApiVersionsRule(), new SidecarAnnotationsRule(), new InboundPortsRule(), new EnvironmentVariablesRule(), new MemoryRule(), new JvmHeapRule(),
        new ReservedPortsRule(), new ImageNamesRule(), new ProbesRule(), new CronSchedulesRule(), new HooksRule(), new ServiceNamesRule(), new PlainSecretsRule(),
        new InjectionLabelsRule(), new RevisionsRule(), new AutoImagesRule(),
    ];

    /// <summary>The rules about several files.</summary>
    public static ImmutableArray<AcrossRule> Across { get; } =
    [
        new InjectorServicesRule(), new OverlappingInjectorsRule(), new DestinationHostsRule(), new SubsetsRule(),
        new NamespacesRule(), new ReleaseNamesRule(), new ReleasesRule(), new EmptySectionsRule(), new ServiceSelectorsRule(), new PolicySelectorsRule(), new PolicyPortsRule(), new HelmfileSecretsRule(),
    ];

    /// <summary>What is found only when all files are read.</summary>
    internal static ImmutableArray<RuleInfo> OfSeveralFiles { get; } = [Duplicates, GatewayOwners, .. Across.Select(rule => rule.Info)];

    /// <summary>Every check, in the order of its code.</summary>
    public static ImmutableArray<RuleInfo> All { get; } = [.. new[] { Yaml, Schema, Duplicates, GatewayOwners, Suppressions }.Concat(Rules.Select(rule => rule.Info)).Concat(Across.Select(rule => rule.Info)).OrderBy(info => info.Code, StringComparer.Ordinal)];
}
