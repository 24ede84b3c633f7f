using System.Text;
using FsCheck.Fluent;
using Meshlift.Core;
using Meshlift.Core.Manifests;
using Meshlift.Core.Placing;
using Meshlift.Core.Tags;
using Meshlift.Core.Versions;

namespace Meshlift.Tests.Tags;

/// <summary>Tags moved between revisions, as decisions over a cluster's folder.</summary>
public sealed class TagMoveTests
{
    private static readonly string[] Revisions = ["1-29-6", "1-30-3", "default"];

    [Fact]
    public void Webhook_and_Service_move_together_and_going_back_gives_the_same_bytes()
    {
        var tree = Render(Render(ClusterTree.Empty, "1-29-6"), "1-30-3");
        var first = Apply(tree, Set("prod", "1-29-6"), out var plan);
        Assert.Equal(
            [
                "1-29-6/inventory.yaml", "1-29-6/standby/mutatingwebhookconfiguration/istio-revision-tag-prod.yaml", "1-29-6/standby/service/istio-system/istiod-revision-tag-prod.yaml",
                "1-30-3/inventory.yaml", "1-30-3/standby/mutatingwebhookconfiguration/istio-revision-tag-prod.yaml", "1-30-3/standby/service/istio-system/istiod-revision-tag-prod.yaml",
                "active/mutatingwebhookconfiguration/istio-revision-tag-prod.yaml", "active/service/istio-system/istiod-revision-tag-prod.yaml", "inventory.yaml",
            ],
            plan.Placement.Files.Select(file => file.Path));
        Assert.Equal((null, RevisionName.Parse("1-29-6")), (plan.From, plan.To));

        var moved = Apply(first, Set("prod", "1-30-3"), out plan);
        Assert.Equal(["active/mutatingwebhookconfiguration/istio-revision-tag-prod.yaml", "active/service/istio-system/istiod-revision-tag-prod.yaml", "inventory.yaml"], plan.Placement.Files.Select(file => file.Path));
        Assert.All(plan.Placement.Files, file => Assert.Equal(FileChangeKind.Changed, file.Change));
        Assert.Equal(["1-29-6", "1-30-3"], [plan.From!.Value, plan.To!.Value]);
        Assert.Equal("prod 1-30-3 True", Assert.Single(List(moved)));

        AssertSame(first, Apply(moved, Set("prod", "1-29-6"), out _));
        AssertSame(tree, Apply(moved, Remove("prod"), out _));
        Assert.Empty(TagMove.Plan(Set("prod", "1-30-3"), moved, TagStepTests.Target).Placement.Files);
    }

    [Fact]
    public void The_validator_moves_and_goes_with_the_tag_default()
    {
        var tree = Render(Render(ClusterTree.Empty, "1-29-6"), "1-30-3");
        var set = Apply(tree, Set("default", "1-30-3"), out var plan);
        Assert.Contains("active/validatingwebhookconfiguration/istiod-default-validator.yaml", plan.Placement.Files.Select(file => file.Path));
        Assert.Equal(4, plan.Switches.Length);
        Assert.Empty(TagMove.Plan(Set("default", "1-30-3"), set, TagStepTests.Target).Switches);
        var gone = Apply(set, Remove("default"), out plan);
        Assert.Equal(3, plan.Switches.Length);
        AssertSame(tree, gone);
    }

    [Fact]
    public void The_unrevisioned_injector_gives_way_to_the_tag_default_and_comes_back()
    {
        var tree = Render(Render(ClusterTree.Empty, "default"), "1-30-3");
        var set = Apply(tree, Set("default", "1-30-3"), out var plan);
        Assert.Contains("default/generated/mutatingwebhookconfiguration/istio-sidecar-injector.yaml", plan.Placement.Files.Select(file => file.Path));
        Assert.Equal(["istiod-1-30-3"], WebhookAnswers.For(Applied(set).Where(one => one.Identity.Kind == "MutatingWebhookConfiguration"), "istio-injection=enabled", ""));
        // Rendered again, it stays as it is: what stands in active/ decides.
        AssertSame(set, Render(set, "default"));
        AssertSame(tree, Apply(set, Remove("default"), out _));
    }

    [Fact]
    public void An_unrevisioned_injector_with_selectors_of_its_own_is_not_taken_away()
    {
        var stream = TagStream.Of("1.29.6", "default").Replace("key: istio-injection, operator: In, values: [enabled]", "key: istio-injection, operator: In, values: [enabled, yes-please]", StringComparison.Ordinal);
        var tree = Render(Place(ClusterTree.Empty, TagStream.Rendered(Encoding.UTF8.GetBytes(stream), "1.29.6", "default")), "1-30-3");
        var error = Assert.Throws<UserException>(() => TagMove.Plan(Set("default", "1-30-3"), tree, TagStepTests.Target));
        Assert.Equal(ErrorKind.Refused, error.Kind);
        Assert.Contains("must answer for nobody", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_validator_that_the_unrevisioned_control_plane_had_comes_back()
    {
        var stream = $$"""
            {{TagStream.Of("1.29.6", "default")}}
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: { name: istiod-default-validator, labels: { istio.io/rev: default } }
            webhooks: [ { name: validation.istio.io, clientConfig: { service: { name: istiod } } } ]
            """;
        var tree = Render(Place(ClusterTree.Empty, TagStream.Rendered(Encoding.UTF8.GetBytes(stream), "1.29.6", "default")), "1-30-3");
        var set = Apply(tree, Set("default", "1-30-3"), out _);
        Assert.Equal("1-30-3", Applied(set).Single(one => one.Identity.Name == "istiod-default-validator").Label("istio.io/rev"));
        AssertSame(tree, Apply(set, Remove("default"), out _));
    }

    [Fact]
    public void A_validator_of_the_charts_stays_and_it_is_said()
    {
        var stream = $$"""
            {{TagStream.Of("1.30.3", "1-30-3")}}
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: { name: istiod-default-validator, labels: { istio.io/rev: 1-30-3 } }
            webhooks: [ { name: validation.istio.io, clientConfig: { service: { name: istiod-1-30-3 } } } ]
            """;
        var tree = Place(ClusterTree.Empty, TagStream.Rendered(Encoding.UTF8.GetBytes(stream), "1.30.3", "1-30-3"));
        var removed = Apply(Apply(tree, Set("default", "1-30-3"), out _), Remove("default"), out var plan);
        Assert.Equal("ML1039", Assert.Single(plan.Placement.Findings).Code);
        AssertSame(tree, removed);
    }

    [Theory]
    [InlineData("prod", "1-31-0", ErrorKind.Input, "testing has no revision 1-31-0")]
    [InlineData("1-29-6", "1-30-3", ErrorKind.Refused, "testing has a revision of the name '1-29-6'")]
    [InlineData("default", "default", ErrorKind.Refused, "the revision default answers for those that name no revision without a tag")]
    public void What_cannot_be_set_is_refused(string tag, string revision, ErrorKind kind, string message)
    {
        var tree = Render(Render(Render(ClusterTree.Empty, "1-29-6"), "1-30-3"), "default");
        var error = Assert.Throws<UserException>(() => TagMove.Plan(Set(tag, revision), tree, TagStepTests.Target));
        Assert.Equal((kind, message), (error.Kind, error.Message));
    }

    [Fact]
    public void What_is_not_there_cannot_be_removed()
    {
        var tree = Apply(Render(ClusterTree.Empty, "1-29-6"), Set("prod", "1-29-6"), out _);
        var error = Assert.Throws<UserException>(() => TagMove.Plan(Remove("canary"), tree, TagStepTests.Target));
        Assert.Equal(("testing has no tag 'canary'", "it has prod"), (error.Message, error.Remedy));
    }

    [Theory]
    [InlineData("1-29-6/generated/service/istio-system/istiod-1-29-6.yaml"), InlineData("1-30-3/generated/configmap/istio-system/istio-sidecar-injector-1-30-3.yaml"), InlineData("common/serviceaccount/istio-system/istio-reader-service-account.yaml")]
    public void A_file_that_was_edited_by_hand_is_in_the_way(string path)
    {
        var tree = Render(Render(ClusterTree.Empty, "1-29-6"), "1-30-3");
        var edited = tree with { Files = tree.Files.SetItem(path, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(tree.Files[path].Span) + "spec: {}\n")) };
        var error = Assert.Throws<UserException>(() => TagMove.Plan(Set("prod", "1-30-3"), edited, TagStepTests.Target));
        Assert.Equal((ErrorKind.Refused, $"generated files were edited by hand\n  {TagStepTests.Target.Folder}/{path}"), (error.Kind, error.Message));
        var missing = tree with { Files = tree.Files.Remove(path) };
        Assert.Contains("is missing", Assert.Throws<UserException>(() => TagMove.Plan(Set("prod", "1-30-3"), missing, TagStepTests.Target)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_input_that_is_kept_beside_a_revision_stays()
    {
        var input = new RevisionInput("istio.operator.yaml", Encoding.UTF8.GetBytes("kind: IstioOperator\n"));
        var tree = Place(ClusterTree.Empty, TagStream.Rendered("1.30.3", "1-30-3") with { Inputs = [input] });
        Assert.Contains("1-30-3/istio.operator.yaml", tree.Files.Keys);
        var set = Apply(tree, Set("prod", "1-30-3"), out var plan);
        Assert.DoesNotContain("1-30-3/istio.operator.yaml", plan.Placement.Files.Select(file => file.Path));
        AssertSame(tree, Apply(set, Remove("prod"), out _));
        var edited = tree with { Files = tree.Files.SetItem("1-30-3/istio.operator.yaml", Encoding.UTF8.GetBytes("kind: Other\n")) };
        Assert.Equal(ErrorKind.Refused, Assert.Throws<UserException>(() => TagMove.Plan(Set("prod", "1-30-3"), edited, TagStepTests.Target)).Kind);
    }

    [Fact]
    public void A_tag_leaves_a_revision_that_is_gone_and_takes_no_shared_resource_with_it()
    {
        var tree = Render(Render(ClusterTree.Empty, "1-29-6"), "1-30-3");
        tree = Apply(tree, Set("prod", "1-30-3"), out _);
        // A CRD that only the newer one knows.
        var stream = $"{TagStream.Of("1.30.3", "1-30-3")}\n---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{ name: new.istio.io }}\n";
        tree = Place(tree, TagStream.Rendered(Encoding.UTF8.GetBytes(stream), "1.30.3", "1-30-3"));
        Assert.Contains("common/customresourcedefinition/new.istio.io.yaml", tree.Files.Keys);
        var gone = tree with { Files = tree.Files.RemoveRange(tree.Files.Keys.Where(path => path.StartsWith("1-30-3/", StringComparison.Ordinal))) };
        Apply(gone, Set("prod", "1-29-6"), out var plan);
        Assert.Equal(["active/mutatingwebhookconfiguration/istio-revision-tag-prod.yaml", "active/service/istio-system/istiod-revision-tag-prod.yaml", "inventory.yaml"], plan.Placement.Files.Select(file => file.Path));
    }

    [Fact]
    public void The_list_names_what_does_not_agree()
    {
        var tree = Apply(Render(Render(ClusterTree.Empty, "1-29-6"), "1-30-3"), Set("prod", "1-30-3"), out _);
        const string service = "active/service/istio-system/istiod-revision-tag-prod.yaml";
        var split = Replace(tree, service, "istio.io/rev: 1-30-3\n    istio.io/tag", "istio.io/rev: 1-29-6\n    istio.io/tag");
        Assert.Equal("ML1032", Assert.Single(TagReport.Of(split, "", []).Findings).Code);
        Assert.Equal("prod 1-30-3 False", Assert.Single(List(split)));
        Assert.Equal("ML1032", Assert.Single(TagReport.Of(Replace(tree, service, "selector:\n    app: istiod\n    istio.io/rev: 1-30-3", "selector:\n    app: istiod\n    istio.io/rev: 1-29-6"), "", []).Findings).Code);
        Assert.Equal("ML1038", Assert.Single(TagReport.Of(tree with { Files = tree.Files.Remove(service) }, "", []).Findings).Code);
        var gone = tree with { Files = tree.Files.RemoveRange(tree.Files.Keys.Where(path => path.StartsWith("1-30-3/", StringComparison.Ordinal))) };
        Assert.Equal("ML1033", Assert.Single(TagReport.Of(gone, "", []).Findings).Code);
        Assert.Equal(("ML1036", "canary"), (Assert.Single(TagReport.Of(tree, "", [TagName.Parse("prod"), TagName.Parse("canary")]).Findings).Code, TagReport.Of(tree, "", [TagName.Parse("canary")]).Findings[0].Subject));
        Assert.Empty(TagReport.Of(tree, "", []).Findings);
    }

    [Fact]
    public void The_list_names_an_injector_that_answers_beside_the_tag_default()
    {
        var before = Render(Render(ClusterTree.Empty, "default"), "1-30-3");
        var tree = Apply(before, Set("default", "1-30-3"), out _);
        Assert.Empty(TagReport.Of(tree, "", []).Findings);
        const string injector = "default/generated/mutatingwebhookconfiguration/istio-sidecar-injector.yaml";
        var awake = tree with { Files = tree.Files.SetItem(injector, before.Files[injector]).SetItem("default/inventory.yaml", before.Files["default/inventory.yaml"]) };
        // Its standby objects of the tag are not in that inventory, which is how a rendering made before the tag leaves it.
        Assert.Contains(TagReport.Of(awake, "", []).Findings, finding => finding.Code == "ML1034");
    }

    /// <summary>Whatever is rendered, set and removed in whatever order: rendering again changes nothing, nothing is applied twice, and no pod gets two sidecars.</summary>
    [Fact]
    public void Any_sequence_of_steps_leaves_a_folder_that_is_right()
    {
        var step = Gen.OneOf(
            Gen.Elements(Revisions).Select(revision => (Func<ClusterTree, ClusterTree>)(tree => Render(tree, revision))),
            Gen.Elements(Revisions).SelectMany(revision => Gen.Elements("prod", "default").Select(tag => (Func<ClusterTree, ClusterTree>)(tree => TryApply(tree, Set(tag, revision))))),
            Gen.Elements("prod", "default").Select(tag => (Func<ClusterTree, ClusterTree>)(tree => TryApply(tree, Remove(tag)))));
        Prop.ForAll(step.ListOf().Resize(12).ToArbitrary(), steps =>
        {
            var tree = steps.Aggregate(ClusterTree.Empty, (current, one) => one(current));
            foreach (var revision in tree.ReadRevisions("")) AssertSame(tree, Render(tree, revision.Revision.Value));
            var applied = Applied(tree).ToList();
            Assert.Equal(applied.Count, applied.Select(one => one.Identity).Distinct().Count());
            Assert.DoesNotContain(TagReport.Of(tree, "", []).Findings, finding => finding.Code is "ML1032" or "ML1033" or "ML1034" or "ML1035");
            var configurations = applied.Where(one => one.Identity.Kind == "MutatingWebhookConfiguration").ToList();
            foreach (var ofNamespace in (string[])["", "istio-injection=enabled", "istio.io/rev=prod", "istio.io/rev=default", "istio.io/rev=1-30-3"])
                foreach (var ofPod in (string[])["", "istio.io/rev=default", "istio.io/rev=prod", "sidecar.istio.io/inject=true"])
                    Assert.True(WebhookAnswers.For(configurations, ofNamespace, ofPod).Count <= 1, $"{ofNamespace} {ofPod}");
        }).Holds();
    }

    private static TagChange.Set Set(string tag, string revision) => new TagChange.Set(TagName.Parse(tag), RevisionName.Parse(revision));

    private static TagChange.Remove Remove(string tag) => new TagChange.Remove(TagName.Parse(tag));

    private static ClusterTree Render(ClusterTree tree, string revision) => Place(tree, TagStream.Rendered(revision == "1-30-3" ? "1.30.3" : "1.29.6", revision));

    private static ClusterTree Place(ClusterTree tree, RenderedRevision rendered)
    {
        var others = tree.ReadRevisions("").Select(one => one.Revision).Where(one => one != rendered.Revision).ToList();
        var tagged = TagStep.Add(rendered, TagStepTests.Wishes(""), ClusterTags.Read(tree, ""), others).Rendered;
        return tree.With(Placer.Plan(tagged, tree, TagStepTests.Target, PlacementOptions.None));
    }

    private static ClusterTree Apply(ClusterTree tree, TagChange change, out TagPlan plan)
    {
        plan = TagMove.Plan(change, tree, TagStepTests.Target);
        return tree.With(plan.Placement);
    }

    private static ClusterTree TryApply(ClusterTree tree, TagChange change)
    {
        try
        {
            return Apply(tree, change, out _);
        }
        catch (UserException)
        {
            return tree;
        }
    }

    private static ClusterTree Replace(ClusterTree tree, string path, string old, string @new)
    {
        var text = Encoding.UTF8.GetString(tree.Files[path].Span);
        Assert.Contains(old, text, StringComparison.Ordinal);
        return tree with { Files = tree.Files.SetItem(path, Encoding.UTF8.GetBytes(text.Replace(old, @new, StringComparison.Ordinal))) };
    }

    private static IEnumerable<string> List(ClusterTree tree) => TagReport.Of(tree, "", []).Tags.Select(tag => $"{tag.Name} {tag.Revision} {tag.Agrees}");

    private static IEnumerable<Resource> Applied(ClusterTree tree) => tree.Files
        .Where(file => file.Key.StartsWith("common/", StringComparison.Ordinal) || file.Key.StartsWith("active/", StringComparison.Ordinal) || file.Key.Contains("/generated/", StringComparison.Ordinal))
        .SelectMany(file => ManifestStream.Split(file.Value, file.Key));

    private static void AssertSame(ClusterTree expected, ClusterTree actual)
    {
        Assert.Equal(expected.Files.Keys, actual.Files.Keys);
        foreach (var (path, bytes) in expected.Files) Assert.True(bytes.Span.SequenceEqual(actual.Files[path].Span), $"{path} differs:\n{Encoding.UTF8.GetString(actual.Files[path].Span)}");
    }
}
