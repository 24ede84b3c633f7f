using System.Text;
using Meshlift.Core;
using Meshlift.Core.Classifying;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Tags;
using Meshlift.Core.Versions;
using Meshlift.Yaml;

namespace Meshlift.Tests.Tags;

/// <summary>The objects of tags, made of the objects of a revision.</summary>
public sealed class TagStepTests
{
    private static readonly ClusterTags Nothing = new([], IsFirst: true);

    public static TheoryData<string, string, string> RealStreams => new()
    {
        { "1.10.6", "manifests/1.10.6/full.yaml", "prod" }, { "1.10.6", "manifests/1.10.6/helm/istiod.yaml", "prod" },
        { "1.11.8", "manifests/1.11.8/full.yaml", "prod" }, { "1.11.8", "manifests/1.11.8/helm/istiod.yaml", "prod" },
        { "1.28.10", "manifests/1.28.10/full.yaml", "prod canary" },
        { "1.29.6", "manifests/1.29.6/full.yaml", "prod canary" }, { "1.29.6", "manifests/1.29.6/helm/istiod.yaml", "prod canary" },
        { "1.30.3", "manifests/1.30.3/full.yaml", "prod canary" }, { "1.30.3", "manifests/1.30.3/helm/istiod.yaml", "prod canary" },
    };

    [IstioDataTheory, MemberData(nameof(RealStreams))]
    public void What_is_made_is_what_the_charts_render(string version, string file, string tags)
    {
        var upstream = TagStream.Rendered(IstioData.Read(file), version, version.Replace('.', '-'));
        var expected = upstream.Resources.Where(one => one.Class.Part == OncePart.Tags).ToDictionary(one => one.Resource.Identity, one => one.Resource.Root);
        Assert.Equal(tags.Split(' ').Length * (version.StartsWith("1.1", StringComparison.Ordinal) ? 1 : 2), expected.Count);
        var without = upstream with { Resources = upstream.Resources.RemoveAll(one => one.Class.Part == OncePart.Tags) };

        var (made, findings) = TagStep.Add(without, Wishes(tags), Nothing, []);

        Assert.Empty(findings);
        Assert.Equal(upstream.Resources.Select(one => (one.Resource.Identity, one.Class)), made.Resources.Select(one => (one.Resource.Identity, one.Class)));
        foreach (var one in made.Resources.Where(one => one.Class.Part == OncePart.Tags)) Assert.Null(YamlDifference.First(expected[one.Resource.Identity], one.Resource.Root));
        // What the renderer made itself stays what it is.
        Assert.Equal(upstream.Resources.ToList(), TagStep.Add(upstream, Wishes(tags), Nothing, []).Rendered.Resources.ToList());
    }

    [IstioDataTheory, InlineData("1.29.6"), InlineData("1.30.3")]
    public void The_tag_default_is_that_of_the_default_chart_but_for_its_release(string version)
    {
        var revision = version.Replace('.', '-');
        var chart = ManifestStream.Split(IstioData.Read($"manifests/{version}/helm/default.yaml"), "default").ToDictionary(one => one.Identity.Name, one => Core.Cleaning.WebhookFields.Drop(one));
        var made = Add(TagStream.Rendered(IstioData.Read($"manifests/{version}/default-rev.yaml"), version, revision), "default");
        foreach (var name in (string[])["istio-revision-tag-default", "istiod-default-validator"])
        {
            var (expected, actual) = (chart[name], Find(made, name));
            Assert.Equal(Webhooks(expected), Webhooks(actual));
            foreach (var label in (string[])["istio.io/rev", "istio.io/tag", "app", "istio", "operator.istio.io/component"]) Assert.Equal(expected.Label(label), actual.Label(label));
        }
        Assert.Equal(revision, Find(made, "istiod-revision-tag-default").Label("istio.io/rev"));

        // The chart writes neither the port, which is the default one, nor the policy, which is the API server's default.
        static string Webhooks(Resource resource) => Encoding.UTF8.GetString(CanonicalYaml.Write(new YamlSequence(
        [
            .. ((YamlSequence)resource.Root["webhooks"]!).Items.Cast<YamlMapping>().Select(webhook =>
                webhook.Without("reinvocationPolicy").With("clientConfig", YamlMapping.Of(("service", ((YamlMapping)((YamlMapping)webhook["clientConfig"]!)["service"]!).Without("port"))))),
        ])).Span);
    }

    [IstioDataFact]
    public void Older_revisions_validate_what_names_none_by_themselves()
    {
        // 1.11 has such a webhook in each revision's own configuration, 1.10 one configuration for all.
        foreach (var version in (string[])["1.10.6", "1.11.8"])
            Assert.DoesNotContain(Add(TagStream.Rendered(IstioData.Read($"manifests/{version}/default-rev.yaml"), version, version.Replace('.', '-')), "default").Resources, one => one.Class.Part == OncePart.Validator);
    }

    [IstioDataFact]
    public void Outside_of_istio_system_the_name_of_the_webhook_has_the_namespace()
    {
        var made = Add(TagStream.Rendered(IstioData.Read("goldens/1.30.3/output/pilot_override_kubernetes.golden.yaml"), "1.30.3", "default"), "prod");
        Assert.Equal("istiod", Assert.Single(WebhookAnswers.For([Find(made, "istio-revision-tag-prod-istio-control")], "istio.io/rev=prod", "")));
    }

    /// <summary>Istio's own table (TestWebhookSelector): the plane that has the tag default, and another one that is asked for by name, here by a tag.</summary>
    public static TheoryData<string, string, string> Precedence => new()
    {
        { "", "", "" },
        { "", "istio.io/rev=canary", "canary" },
        { "", "sidecar.istio.io/inject=true", "default" },
        { "", "sidecar.istio.io/inject=true istio.io/rev=canary", "canary" },
        { "", "sidecar.istio.io/inject=false", "" },
        { "istio.io/rev=canary", "", "canary" },
        { "istio.io/rev=canary", "istio.io/rev=canary", "canary" },
        { "istio.io/rev=canary", "sidecar.istio.io/inject=true", "canary" },
        { "istio.io/rev=canary", "sidecar.istio.io/inject=true istio.io/rev=canary", "canary" },
        { "istio.io/rev=canary", "sidecar.istio.io/inject=false", "" },
        { "istio.io/rev=canary", "istio.io/rev=default", "canary" },
        { "istio.io/rev=default", "istio.io/rev=canary", "default" },
        { "istio-injection=enabled", "", "default" },
        { "istio-injection=enabled", "sidecar.istio.io/inject=true", "default" },
        { "istio-injection=enabled", "istio.io/rev=canary", "default" },
        { "istio-injection=enabled", "istio.io/rev=canary sidecar.istio.io/inject=true", "default" },
        { "istio-injection=enabled", "sidecar.istio.io/inject=false", "" },
        { "istio-injection=enabled istio.io/rev=canary", "", "default" },
        { "istio-injection=enabled istio.io/rev=canary", "istio.io/rev=canary sidecar.istio.io/inject=true", "default" },
        { "istio-injection=disabled", "", "" },
        { "istio-injection=disabled", "sidecar.istio.io/inject=true istio.io/rev=canary", "" },
        { "istio-injection=disabled istio.io/rev=canary", "istio.io/rev=canary", "" },
    };

    [IstioDataTheory, MemberData(nameof(Precedence))]
    public void Selectors_choose_the_injector_that_Istio_would(string ofNamespace, string ofPod, string injector)
    {
        var old = Add(Real("1.29.6"), "default");
        var canary = Add(Real("1.30.3"), "canary");
        Resource[] configurations = [.. Configurations(old), .. Configurations(canary)];
        Assert.Equal(injector switch { "default" => ["istiod-1-29-6"], "canary" => ["istiod-1-30-3"], _ => (string[])[] }, WebhookAnswers.For(configurations, ofNamespace, ofPod));
    }

    [IstioDataTheory, MemberData(nameof(Precedence))]
    public void Beside_the_tag_default_the_unrevisioned_injector_answers_for_nobody(string ofNamespace, string ofPod, string injector)
    {
        var revision = Add(Real("1.30.3"), "default canary");
        var tree = ClusterTree.Empty;
        tree = tree.With(Placer.Plan(revision, tree, Target, PlacementOptions.None));
        var norev = TagStream.Rendered(IstioData.Read("manifests/1.29.6/default-norev.yaml"), "1.29.6", "default");
        var unrevisioned = TagStep.Add(norev, Wishes("default"), ClusterTags.Read(tree, ""), [revision.Revision]).Rendered;
        // Its own objects of the tag canary stand by.
        var applied = unrevisioned with { Resources = unrevisioned.Resources.RemoveAll(one => one.Class.Class == ResourceClass.OnceOnly) };
        Assert.Equal(injector.Length == 0 ? [] : (string[])["istiod-1-30-3"], WebhookAnswers.For([.. Configurations(revision), .. Configurations(applied)], ofNamespace, ofPod));

        // Without the tag it is what was rendered, and its selectors can be given back.
        var before = norev.Resources.Single(UnrevisionedInjector.Is).Resource;
        Assert.True(UnrevisionedInjector.CanComeBack(before));
        Assert.Null(YamlDifference.First(before.Root, UnrevisionedInjector.Active(unrevisioned.Resources.Single(UnrevisionedInjector.Is).Resource)!.Root));
        Assert.Equal(norev.Resources.ToList(), TagStep.Add(norev, Wishes(""), Nothing, []).Rendered.Resources.ToList());
    }

    [Fact]
    public void Namespaces_without_a_label_are_answered_for_where_the_values_say_so()
    {
        var all = Add(TagStream.Rendered(Encoding.UTF8.GetBytes(TagStream.Of("1.30.3", "1-30-3", forAll: true)), "1.30.3", "1-30-3"), "default");
        Assert.Equal(["istiod-1-30-3"], WebhookAnswers.For(Configurations(all), "kubernetes.io/metadata.name=shop", ""));
        Assert.Empty(WebhookAnswers.For(Configurations(all), "kubernetes.io/metadata.name=kube-system", ""));
        Assert.Empty(WebhookAnswers.For(Configurations(Add(TagStream.Rendered("1.30.3", "1-30-3"), "default")), "kubernetes.io/metadata.name=shop", ""));
    }

    [Fact]
    public void A_tag_points_at_an_unrevisioned_control_plane_as_well()
    {
        var made = Add(TagStream.Rendered("1.30.3", "default"), "prod");
        Assert.Equal(["istiod"], WebhookAnswers.For([Find(made, "istio-revision-tag-prod")], "istio.io/rev=prod", ""));
        Assert.Empty(WebhookAnswers.For([Find(made, "istio-revision-tag-prod")], "istio-injection=enabled", ""));
    }

    [Fact]
    public void The_Service_of_a_tag_came_with_1_28()
    {
        Assert.DoesNotContain(Add(TagStream.Rendered("1.27.9", "1-27-9"), "prod").Resources, one => one.Resource.Identity.Name == "istiod-revision-tag-prod");
        Assert.Contains(Add(TagStream.Rendered("1.28.0-beta.1", "1-28-0"), "prod").Resources, one => one.Resource.Identity.Name == "istiod-revision-tag-prod");
    }

    [Fact]
    public void The_alias_leads_to_the_revision_and_gives_way_to_an_unrevisioned_control_plane()
    {
        var rendered = TagStream.Rendered("1.30.3", "1-30-3");
        var made = TagStep.Add(rendered, new TagWishes([], Alias: true), Nothing, []).Rendered;
        var alias = made.Resources.Single(one => one.Resource.Identity is { Kind: "Service", Name: "istiod" });
        Assert.Equal((ResourceClass.OnceOnly, OncePart.Alias), (alias.Class.Class, alias.Class.Part));
        Assert.Equal(alias.Class, Classifier.Classify(alias.Resource, rendered.Revision));
        Assert.Equal("1-30-3", ((YamlScalar)((YamlMapping)((YamlMapping)alias.Resource.Root["spec"]!)["selector"]!)["istio.io/rev"]!).Value);

        var beside = TagStep.Add(rendered, new TagWishes([], Alias: true), Nothing, [RevisionName.Default]);
        Assert.Equal("ML1037", Assert.Single(beside.Findings).Code);
        Assert.Equal(rendered.Resources.ToList(), beside.Rendered.Resources.ToList());
        var unrevisioned = TagStream.Rendered("1.30.3", "default");
        Assert.Equal(unrevisioned.Resources.ToList(), TagStep.Add(unrevisioned, new TagWishes([], Alias: true), Nothing, []).Rendered.Resources.ToList());
    }

    [Fact]
    public void Without_an_injector_there_is_no_tag_and_it_is_said()
    {
        var rendered = TagStream.Rendered("1.30.3", "1-30-3");
        rendered = rendered with { Resources = rendered.Resources.RemoveAll(one => one.Resource.Identity.Kind == "MutatingWebhookConfiguration") };
        var (made, findings) = TagStep.Add(rendered, Wishes("prod"), Nothing, []);
        Assert.Equal("ML1031", Assert.Single(findings).Code);
        Assert.Equal(rendered.Resources.ToList(), made.Resources.ToList());
    }

    [Fact]
    public void Whatever_is_changed_in_the_injector_its_tags_have_too()
    {
        var rendered = TagStream.Rendered("1.30.3", "1-30-3");
        rendered = rendered with { Resources = [.. rendered.Resources.Select(one => one.With((YamlMapping)YamlPlaces.Set(one.Resource.Root, YamlPath.Parse("webhooks[*].timeoutSeconds"), YamlScalar.Integer(5), out _)))] };
        Assert.All(((YamlSequence)Find(Add(rendered, "default"), "istio-revision-tag-default").Root["webhooks"]!).Items, webhook => Assert.Equal("5", ((YamlScalar)((YamlMapping)webhook)["timeoutSeconds"]!).Value));
    }

    [Fact]
    public void A_default_validator_that_leads_elsewhere_is_replaced()
    {
        var base64 = """
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: { name: istiod-default-validator, labels: { istio.io/rev: REVISION } }
            webhooks: [ { name: validation.istio.io, clientConfig: { service: { name: istiod } } } ]
            """;
        var wrong = TagStream.Rendered(Encoding.UTF8.GetBytes($"{TagStream.Of("1.30.3", "1-30-3")}\n{base64.Replace("REVISION", "default", StringComparison.Ordinal)}"), "1.30.3", "1-30-3");
        Assert.Contains("istiod-1-30-3", Encoding.UTF8.GetString(Find(Add(wrong, "default"), "istiod-default-validator").ToCanonicalYaml().Span), StringComparison.Ordinal);
        Assert.Equal(wrong.Resources.ToList(), Add(wrong, "").Resources.ToList());
        var right = TagStream.Rendered(Encoding.UTF8.GetBytes($"{TagStream.Of("1.30.3", "1-30-3")}\n{base64.Replace("REVISION", "1-30-3", StringComparison.Ordinal)}"), "1.30.3", "1-30-3");
        Assert.Null(Find(Add(right, "default"), "istiod-default-validator").Label("istio.io/tag"));
    }

    [Fact]
    public void A_tag_with_the_name_of_a_revision_is_refused()
    {
        var rendered = TagStream.Rendered("1.30.3", "1-30-3");
        foreach (var (tag, others) in new[] { ("1-30-3", (string[])[]), ("1-29-6", ["1-29-6"]) })
        {
            var error = Assert.Throws<UserException>(() => TagStep.Add(rendered, Wishes(tag), Nothing, [.. others.Select(RevisionName.Parse)]));
            Assert.Equal((ErrorKind.Refused, $"the tag '{tag}' has the name of the revision {tag}: both would inject the same pods"), (error.Kind, error.Message));
        }
    }

    [Theory]
    [InlineData("prod"), InlineData("a"), InlineData("1-30-3"), InlineData("abcdefghijklmnopqrstuvwxyz-abcdefghijklmnop")]
    public void Names_that_a_tag_may_have(string name) => Assert.Equal(name, TagName.Parse(name).Value);

    [Theory]
    [InlineData(""), InlineData("Prod"), InlineData("-a"), InlineData("a."), InlineData("a_b"), InlineData("abcdefghijklmnopqrstuvwxyz-abcdefghijklmnopq")]
    public void Names_that_a_tag_may_not_have(string name) => Assert.Throws<UserException>(() => TagName.Parse(name));

    internal static ClusterTarget Target { get; } = new("testing", "clusters/testing/istio-system", new Core.Delivery.PlainDelivery());

    internal static TagWishes Wishes(string tags) => new([.. tags.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(TagName.Parse)], Alias: false);

    private static RenderedRevision Real(string version) => TagStream.Rendered(IstioData.Read($"manifests/{version}/default-rev.yaml"), version, version.Replace('.', '-'));

    private static RenderedRevision Add(RenderedRevision rendered, string tags)
    {
        var (made, findings) = TagStep.Add(rendered, Wishes(tags), Nothing, []);
        Assert.Empty(findings);
        return made;
    }

    private static IEnumerable<Resource> Configurations(RenderedRevision rendered) => rendered.Resources.Select(one => one.Resource).Where(one => one.Identity.Kind == "MutatingWebhookConfiguration");

    private static Resource Find(RenderedRevision rendered, string name) => rendered.Resources.Single(one => one.Resource.Identity.Name == name).Resource;
}
