using Meshlift.Yaml;

namespace Meshlift.Core.Tags;

/// <summary>Which namespaces and pods a webhook of Istio answers for.</summary>
/// <remarks>
/// The two webhooks of a revision ask for its name; those that answer where no revision is asked for are told apart by the beginning of their name. Their
/// selectors are the same in every release since 1.10 (templates mutatingwebhook.yaml and revision-tags.yaml of the chart istio-discovery).
/// </remarks>
internal static class WebhookSelectors
{
    public const string OfNamespaceByRevision = "rev.namespace.";
    public const string OfPodByRevision = "rev.object.";
    private const string OfNamespace = "namespace.";
    private const string OfPod = "object.";
    private const string OfAll = "auto.";

    private const string Revision = "istio.io/rev";
    private const string Injection = "istio-injection";
    private const string Inject = "sidecar.istio.io/inject";

    private static readonly YamlMapping Never = YamlMapping.Of(("matchLabels", YamlMapping.Of(("istio.io/deactivated", "never-match"))));

    /// <summary>The webhook with another revision in its selectors; null when they ask for none, or for another one.</summary>
    public static YamlMapping? WithRevision(YamlMapping webhook, string from, string to)
    {
        var changed = webhook;
        foreach (var selector in (string[])["namespaceSelector", "objectSelector"])
            if (webhook[selector] is YamlMapping mapping && mapping["matchExpressions"] is YamlSequence expressions && expressions.Items.Any(item => Asks(item, from)))
                changed = changed.With(selector, mapping.With("matchExpressions", expressions.With([.. expressions.Items.Select(item => Asks(item, from) ? ((YamlMapping)item).With("values", Texts(to)) : item)])));
        return ReferenceEquals(changed, webhook) ? null : changed;
    }

    /// <summary>The same with no revision at all in place of the one that is asked for.</summary>
    public static YamlMapping? WithoutRevision(YamlMapping webhook, string from) =>
        webhook["objectSelector"] is YamlMapping selector && selector["matchExpressions"] is YamlSequence expressions && expressions.Items.Any(item => Asks(item, from))
            ? webhook.With("objectSelector", selector.With("matchExpressions", expressions.With([.. expressions.Items.Select(item => Asks(item, from) ? Absent(Revision) : item)])))
            : null;

    /// <summary>True when what carries no revision is answered for.</summary>
    public static bool AnswersUnlabelled(YamlMapping webhook) =>
        (webhook["objectSelector"] as YamlMapping)?["matchExpressions"] is YamlSequence expressions && expressions.Items.Any(item => YamlEquality.Instance.Equals(item, Absent(Revision)));

    /// <summary>The webhooks for those that ask for no revision, made of one that is asked for by revision.</summary>
    /// <param name="webhook">The webhook to take everything else from.</param>
    /// <param name="all">True to answer for namespaces without any label, too (the value <c>enableNamespacesByDefault</c>).</param>
    public static IEnumerable<YamlMapping> ForUnlabelled(YamlMapping webhook, bool all)
    {
        var suffix = SuffixOf(webhook);
        foreach (var prefix in all ? new[] { OfNamespace, OfPod, OfAll } : [OfNamespace, OfPod]) yield return With(webhook.With("name", prefix + suffix), Of(prefix, "")!.Value);
    }

    /// <summary>The webhook with the selectors that its name stands for in a control plane of this name; null when no release names one so.</summary>
    public static YamlMapping? Original(YamlMapping webhook, string revision) =>
        Of(PrefixOf(webhook), revision) is { } selectors ? With(webhook, selectors) : null;

    /// <summary>The webhook answering for nobody, in istioctl's own words.</summary>
    public static YamlMapping Deactivated(YamlMapping webhook) => With(webhook, (Never, Never));

    /// <summary>True when it answers for nobody.</summary>
    public static bool IsDeactivated(YamlMapping webhook) => YamlEquality.Instance.Equals(webhook["namespaceSelector"], Never) || YamlEquality.Instance.Equals(webhook["objectSelector"], Never);

    private static (YamlMapping Namespace, YamlMapping Pod)? Of(string prefix, string revision) => prefix switch
    {
        OfNamespaceByRevision => (All(In(Revision, revision), Absent(Injection)), All(NotIn(Inject, "false"))),
        OfPodByRevision => (All(Absent(Revision), Absent(Injection)), All(NotIn(Inject, "false"), In(Revision, revision))),
        OfNamespace => (All(In(Injection, "enabled")), All(NotIn(Inject, "false"))),
        OfPod => (All(Absent(Injection), Absent(Revision)), All(In(Inject, "true"), Absent(Revision))),
        OfAll => (All(Absent(Injection), Absent(Revision), NotIn("kubernetes.io/metadata.name", "kube-system", "kube-public", "kube-node-lease", "local-path-storage")), All(Absent(Inject), Absent(Revision))),
        _ => null,
    };

    private static string PrefixOf(YamlMapping webhook)
    {
        var name = (webhook["name"] as YamlScalar)?.Value ?? "";
        return new[] { OfNamespaceByRevision, OfPodByRevision, OfNamespace, OfPod, OfAll }.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ?? "";
    }

    private static string SuffixOf(YamlMapping webhook) => ((webhook["name"] as YamlScalar)?.Value ?? "")[PrefixOf(webhook).Length..];

    private static YamlMapping With(YamlMapping webhook, (YamlMapping Namespace, YamlMapping Pod) selectors) => webhook.With("namespaceSelector", selectors.Namespace).With("objectSelector", selectors.Pod);

    private static bool Asks(YamlNode expression, string revision) => YamlEquality.Instance.Equals(expression, In(Revision, revision));

    private static YamlMapping All(params ReadOnlySpan<YamlNode> expressions) => YamlMapping.Of(("matchExpressions", new YamlSequence([.. expressions])));

    private static YamlMapping Absent(string key) => YamlMapping.Of(("key", key), ("operator", "DoesNotExist"));

    private static YamlMapping In(string key, string value) => YamlMapping.Of(("key", key), ("operator", "In"), ("values", Texts(value)));

    private static YamlMapping NotIn(string key, params string[] values) => YamlMapping.Of(("key", key), ("operator", "NotIn"), ("values", Texts(values)));

    private static YamlSequence Texts(params string[] values) => new([.. values.Select(value => (YamlNode)value)]);
}
