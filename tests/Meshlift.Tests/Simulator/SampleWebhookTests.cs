using YamlDotNet.RepresentationModel;

namespace Meshlift.Tests.Simulator;

public sealed class SampleWebhookTests
{
    /// <summary>
    /// Who injects, for the labels of a namespace and of a pod, with an install without revision beside the revision 1-30-3. The rows
    /// are those of Istio's own test of its selectors.
    /// </summary>
    public static TheoryData<string, string, string> Precedence => new()
    {
        { "", "", "nobody" },
        { "", "istio.io/rev=1-30-3", "1-30-3" },
        { "", "sidecar.istio.io/inject=true", "default" },
        { "", "sidecar.istio.io/inject=true istio.io/rev=1-30-3", "1-30-3" },
        { "istio.io/rev=1-30-3", "", "1-30-3" },
        { "istio.io/rev=1-30-3", "istio.io/rev=1-30-3", "1-30-3" },
        { "istio.io/rev=1-30-3", "sidecar.istio.io/inject=true", "1-30-3" },
        { "istio.io/rev=1-30-3", "istio.io/rev=default", "1-30-3" },
        { "istio-injection=enabled", "", "default" },
        { "istio-injection=enabled", "sidecar.istio.io/inject=true", "default" },
        { "istio-injection=enabled", "istio.io/rev=1-30-3", "default" },
        { "istio-injection=enabled istio.io/rev=1-30-3", "", "default" },
        { "istio-injection=disabled", "sidecar.istio.io/inject=true", "nobody" },
        { "istio-injection=disabled istio.io/rev=1-30-3", "istio.io/rev=1-30-3", "nobody" },
        { "istio-injection=enabled", "sidecar.istio.io/inject=false", "nobody" },
        { "istio.io/rev=1-30-3", "sidecar.istio.io/inject=false", "nobody" },
    };

    [Theory, MemberData(nameof(Precedence))]
    public void Selectors_choose_the_injector_that_Istio_would(string ns, string pod, string injector)
    {
        RenderedObject[] configurations =
        [
            RenderedRelease.Of("1.29.6", "default").Object("MutatingWebhookConfiguration/istio-sidecar-injector"),
            RenderedRelease.Of("1.30.3", "1-30-3").Object("MutatingWebhookConfiguration/istio-sidecar-injector-1-30-3"),
        ];
        var answering = configurations.Where(item => Answers(item, ns, pod)).Select(item => item.Label("istio.io/rev"));
        Assert.Equal(injector, Assert.Single(answering.DefaultIfEmpty("nobody")));
    }

    [Theory, InlineData("1-30-3", 2), InlineData("default", 4)]
    public void Only_the_plane_without_a_revision_answers_for_those_who_ask_for_none(string revision, int count)
    {
        var webhooks = RenderedRelease.Of("1.30.3", revision).Objects
            .Single(item => item.Kind == "MutatingWebhookConfiguration" && item.Label("istio.io/tag") is null).List("webhooks");
        string[] names = ["rev.namespace", "rev.object", "namespace", "object"];
        Assert.Equal(
            names[..count].Select(name => $"{name}.sidecar-injector.istio.io"),
            webhooks.Select(webhook => $"{webhook["name"]}"),
            StringComparer.Ordinal);
        Assert.All(webhooks, webhook => Assert.Equal("Fail", $"{webhook["failurePolicy"]}"));
        Assert.All(webhooks, webhook => Assert.False(((YamlMappingNode)webhook["clientConfig"]).Children.ContainsKey("caBundle")));
    }

    [Theory]
    [InlineData("1-30-3", "prod"), InlineData("1-30-3", "canary"), InlineData("default", "prod"), InlineData("130", "canary")]
    public void A_tag_points_at_the_revision_by_webhook_and_by_service(string revision, string tag)
    {
        var release = RenderedRelease.Of("1.30.3", revision);
        var webhooks = release.Object($"MutatingWebhookConfiguration/istio-revision-tag-{tag}");
        var service = release.Object($"Service/istio-system/istiod-revision-tag-{tag}");
        Assert.All([webhooks, service], item => Assert.Equal((revision, tag), (item.Label("istio.io/rev"), item.Label("istio.io/tag"))));

        var istiod = revision == "default" ? "istiod" : $"istiod-{revision}";
        Assert.All(webhooks.List("webhooks"), webhook => Assert.Equal(istiod, $"{webhook["clientConfig"]["service"]["name"]}"));
        Assert.True(Answers(webhooks, $"istio.io/rev={tag}", ""));
        Assert.True(Answers(webhooks, "", $"istio.io/rev={tag}"));
        Assert.False(Answers(webhooks, $"istio.io/rev={revision}", ""));

        var deployment = release.Object($"Deployment/istio-system/{istiod}");
        var pods = RenderedObject.Strings(deployment.Node("spec", "template", "metadata", "labels"));
        Assert.Superset(RenderedObject.Strings(service.Node("spec", "selector")).ToHashSet(), pods.ToHashSet());
    }

    [Fact]
    public void Validation_is_rendered_as_for_an_install()
    {
        var validator = RenderedRelease.Of("1.30.3", "1-30-3").Object("ValidatingWebhookConfiguration/istio-validator-1-30-3-istio-system");
        Assert.Equal("Ignore", validator.Value("webhooks", "0", "failurePolicy"));
        Assert.Equal("istiod-1-30-3", validator.Value("webhooks", "0", "clientConfig", "service", "name"));
        Assert.Null(validator.Node("webhooks", "0", "clientConfig", "caBundle"));
    }

    private static bool Answers(RenderedObject configuration, string ns, string pod) => configuration.List("webhooks").Any(webhook =>
        Fits(webhook["namespaceSelector"], Labels(ns)) && Fits(webhook["objectSelector"], Labels(pod)));

    private static Dictionary<string, string> Labels(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(label => label.Split('=')).ToDictionary(label => label[0], label => label[1], StringComparer.Ordinal);

    private static bool Fits(YamlNode selector, Dictionary<string, string> labels) =>
        ((YamlSequenceNode)selector["matchExpressions"]).All(expression =>
        {
            var value = labels.GetValueOrDefault($"{expression["key"]}");
            return $"{expression["operator"]}" switch
            {
                "In" => value is not null && Values().Contains(value, StringComparer.Ordinal),
                "NotIn" => value is null || !Values().Contains(value, StringComparer.Ordinal),
                "DoesNotExist" => value is null,
                var other => throw new InvalidDataException($"no webhook of Istio uses {other}"),
            };

            IEnumerable<string> Values() => ((YamlSequenceNode)expression["values"]).Select(item => $"{item}");
        });
}
