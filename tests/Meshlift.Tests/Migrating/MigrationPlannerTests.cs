using System.Text;
using Meshlift.Core;
using Meshlift.Core.Configuration;
using Meshlift.Core.Enrolment;
using Meshlift.Core.Injection;
using Meshlift.Yaml;
using static Meshlift.Tests.Migrating.Migrations;

namespace Meshlift.Tests.Migrating;

/// <summary>What is proposed to whom, and what is left to a person.</summary>
public sealed class MigrationPlannerTests
{
    [Fact]
    public void One_change_for_each_owner_with_all_its_namespaces()
    {
        var plan = Plan(Files(
            ("CODEOWNERS", "/a/ @acme/a\n/b/ @acme/b @jane\n"),
            ("a/one.yaml", Namespace("one", "istio-injection: enabled")), ("a/two.yaml", Namespace("two", "istio.io/rev: 1-29-6")), ("b/three.yaml", Namespace("three", "istio.io/rev: 1-29-6")),
            ("c/four.yaml", Namespace("four", "istio.io/rev: 1-29-6"))));
        Assert.Equal(["|four", "@acme/a|one two", "@acme/b @jane|three"], plan.Changes.Select(change => $"{string.Join(' ', change.Owners)}|{string.Join(' ', change.Namespaces)}"));
        Assert.Equal("meshlift/migrate/testing/rest/1-30-3/nobody", plan.Changes[0].Branch.Value);
        Assert.StartsWith("meshlift/migrate/testing/rest/1-30-3/acme-a-", plan.Changes[1].Branch.Value, StringComparison.Ordinal);
        Assert.Equal(RemarkKind.Unowned, Assert.Single(plan.Remarks).Kind);
        Assert.True(plan.NeedsPerson);
    }

    [Theory]
    [InlineData("owners: { \"sh*\": \"@x\", \"*\": \"@y\" }", "@x")]
    [InlineData("owners: annotation", "@ann @bob")]
    [InlineData("owners: annotation\n  ownerAnnotation: acme.example/team", "@team")]
    public void Owners_come_from_a_map_or_an_annotation(string owners, string expected)
    {
        var space = Namespace("shop", "istio.io/rev: 1-29-6") + "  annotations: { meshlift.dev/owner: \"@ann, @bob\", acme.example/team: \"@team\" }\n";
        Assert.Equal(expected, string.Join(' ', Assert.Single(Plan(Files(("ns.yaml", space)), more: owners).Changes).Owners));
    }

    [Fact]
    public void The_next_wave_is_the_first_in_which_something_is_left()
    {
        const string waves = "dataPlane: { waves: [{ name: canary, namespaces: { names: [canary] } }, { name: rest }], deadline: 14d }";
        var files = Files(("a.yaml", Namespace("canary", "istio.io/rev: 1-29-6")), ("b.yaml", Namespace("shop", "istio.io/rev: 1-29-6")));
        var first = Plan(files, more: waves);
        Assert.Equal(("canary", "canary"), (first.Wave, Assert.Single(first.Changes).Namespaces[0]));
        Assert.Contains("within 14d", first.Changes[0].Body, StringComparison.Ordinal);
        var second = Plan(Merged(files, first), more: waves);
        Assert.Equal(("rest", "shop"), (second.Wave, Assert.Single(second.Changes).Namespaces[0]));
        var last = Plan(Merged(Merged(files, first), second), more: waves);
        Assert.Null(last.Wave);
        Assert.Empty(last.Changes);
    }

    [Fact]
    public void The_text_says_what_happens_to_which_pods_and_when()
    {
        var files = Files(
            ("ns.yaml", Namespace("shop", "istio.io/rev: 1-29-6")), ("web.yaml", Deployment("shop", "web")), ("off.yaml", Deployment("shop", "off", "{ sidecar.istio.io/inject: \"false\" }")),
            ("gw.yaml", "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: public, namespace: shop }\nspec: { gatewayClassName: istio }\n"));
        var change = Assert.Single(Plan(files).Changes);
        Assert.Contains("| `shop/deployment/web` | 1-29-6 | 1-30-3 | at the next restart |", change.Body, StringComparison.Ordinal);
        Assert.Contains("| `shop/gateway/public` | 1-29-6 | 1-30-3 | at once |", change.Body, StringComparison.Ordinal);
        Assert.Contains("1 gateway goes to 1-30-3 at once; 1 workload with 2 pods goes to 1-30-3 at the next restart; 1 workload stays as it is", change.Body, StringComparison.Ordinal);
        Assert.Contains("rolled as soon as this is merged", change.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Pods_are_labelled_where_only_they_ask()
    {
        var files = Files(("ns.yaml", Namespace("shop", "team: a")), ("web.yaml", Deployment("shop", "web", "{ app: web, istio.io/rev: 1-29-6 }")), ("none.yaml", Deployment("shop", "none")));
        var plan = Plan(files);
        Assert.Equal(["web.yaml"], Assert.Single(plan.Changes).Files.Keys);
        Assert.Contains("labels: { app: web, istio.io/rev: 1-30-3 }", Encoding.UTF8.GetString(plan.Changes[0].Files["web.yaml"].Span), StringComparison.Ordinal);
        Assert.Equal(ChangeTime.AtOnce, plan.Changes[0].Forecasts[0].Rows.Single(row => row.Subject.Identity.Name == "web").When);
    }

    [Fact]
    public void One_workload_goes_ahead_where_its_label_has_a_say_and_is_refused_elsewhere()
    {
        var files = Files(
            ("ns.yaml", Namespace("open", "team: a") + "---\n" + Namespace("held", "istio.io/rev: 1-29-6")),
            ("web.yaml", Deployment("open", "web", "{ app: web, istio.io/rev: 1-29-6 }")), ("api.yaml", Deployment("held", "api", "{ app: api }")));
        var plan = Plan(files, new MigrationSelection.Workload("open", "deployment", "web"));
        Assert.Contains("restarts these workloads", Assert.Single(plan.Changes).Body, StringComparison.Ordinal);
        var refused = Assert.Throws<UserException>(() => Plan(files, new MigrationSelection.Workload("held", null, "api")));
        Assert.Equal(ErrorKind.Refused, refused.Kind);
        Assert.Contains("1-29-6 would still inject them in testing: the namespace says istio.io/rev=1-29-6", refused.Message, StringComparison.Ordinal);
        Assert.Contains("no repository that was read has the workload open/gone", Assert.Throws<UserException>(() => Plan(files, new MigrationSelection.Workload("open", null, "gone"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_share_of_workloads_is_labelled_pod_by_pod_and_a_larger_one_only_adds()
    {
        var files = Files([("ns.yaml", Namespace("shop", "team: a")), .. Enumerable.Range(0, 40).Select(number => ($"w{number}.yaml", Deployment("shop", $"w{number}", "{ istio.io/rev: 1-29-6 }")))]);
        string[] Share(int percent) => [.. Plan(files, more: $"dataPlane: {{ enrol: distribution, waves: [{{ name: some, percent: {percent} }}] }}").Changes.SelectMany(change => change.Files.Keys)];
        var (small, large) = (Share(20), Share(50));
        Assert.InRange(small.Length, 2, 18);
        Assert.True(large.Length > small.Length);
        Assert.All(small, one => Assert.Contains(one, large));
    }

    [Fact]
    public void A_share_leaves_workloads_alone_whose_namespace_decides()
    {
        var plan = Plan(Files(("ns.yaml", Namespace("shop", "istio.io/rev: 1-29-6")), ("web.yaml", Deployment("shop", "web"))), more: "dataPlane: { enrol: distribution }");
        Assert.Empty(plan.Changes);
        plan = Plan(Files(("ns.yaml", Namespace("shop", "istio.io/rev: 1-29-6")), ("web.yaml", Deployment("shop", "web"))), new MigrationSelection.Wave("rest"), "dataPlane: { enrol: distribution }");
        Assert.Equal((RemarkKind.NotPossible, "shop/deployment/web"), (Assert.Single(plan.Remarks).Kind, plan.Remarks[0].Subject));
    }

    [Fact]
    public void Values_that_the_configuration_names_are_edited()
    {
        const string values = "namespace:\n  labels:\n    istio-injection: enabled # mesh\nmesh: { revision: \"1-29-6\" }\n";
        var repositories = MeshOf("""
            repositories:
                - { name: shop, url: ../shop, forge: local, values: [{ file: chart/values.yaml, namespace: shop, labels: namespace.labels }, { file: chart/values.yaml, namespace: other, revision: mesh.revision }] }
            """).Spec.Repositories;
        var repository = Repository(Files(("chart/values.yaml", values), ("chart/templates/ns.yaml", "kind: Namespace\n{{- if .x }}\n")), "shop", repositories[0].Values);
        var change = Assert.Single(Plan([repository]).Changes);
        Assert.Equal("namespace:\n  labels:\n    istio.io/rev: 1-30-3 # mesh\nmesh: { revision: \"1-30-3\" }\n", Encoding.UTF8.GetString(change.Files["chart/values.yaml"].Span));
        Assert.Equal(1, repository.Templates);
    }

    [Fact]
    public void What_contradicts_itself_is_listed_with_every_place_and_not_edited()
    {
        var plan = Plan(Files(("a.yaml", Namespace("shop", "istio.io/rev: 1-29-6")), ("b.yaml", Namespace("shop", "istio-injection: enabled"))));
        Assert.Empty(plan.Changes);
        Assert.Equal(["a.yaml:6 set istio.io/rev to 1-30-3", "b.yaml:6 remove istio-injection and set istio.io/rev to 1-30-3"], plan.ByHand.Select(edit => $"{edit.File}:{edit.Line} {edit.Edit}"));
        Assert.Contains("shop a.yaml:1 says istio.io/rev=1-29-6, shop b.yaml:1 says istio-injection=enabled", plan.ByHand[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_stands_twice_alike_is_edited_twice()
    {
        var plan = Plan(Files(("a.yaml", Namespace("shop", "istio.io/rev: 1-29-6")), ("b.yaml", Namespace("shop", "istio.io/rev: 1-29-6"))));
        Assert.Equal(["a.yaml", "b.yaml"], Assert.Single(plan.Changes).Files.Keys);
    }

    [Theory]
    [InlineData("labels: [{ pairs: { istio.io/rev: 1-29-6 } }]", "labels: [{ pairs: { istio.io/rev: 1-30-3 } }]")]
    [InlineData("labels:\n- pairs:\n    istio-injection: enabled # all\n", "labels:\n- pairs:\n    istio.io/rev: 1-30-3 # all\n")]
    public void A_label_that_an_overlay_sets_is_changed_there(string setting, string after)
    {
        var files = Files(("base/kustomization.yaml", "resources: [ns.yaml]\n"), ("base/ns.yaml", Namespace("shop", "team: a")), ("prod/kustomization.yaml", $"resources: [../base]\n{setting}"));
        var change = Assert.Single(Plan(files).Changes);
        Assert.Equal($"resources: [../base]\n{after}", Encoding.UTF8.GetString(Assert.Single(change.Files).Value.Span));
    }

    [Theory]
    [InlineData("commonLabels: { istio.io/rev: 1-29-6 }", "prod/kustomization.yaml:2", "stand in selectors")]
    [InlineData("patches: [{ path: p.yaml }]", "prod/p.yaml:5", "a patch sets its labels")]
    [InlineData("patches:\n- target: { kind: Namespace }\n  patch: |\n    - { op: add, path: /metadata/labels/istio.io~1rev, value: old }\n", "prod/kustomization.yaml:3", "a patch sets its labels")]
    public void What_an_overlay_sets_otherwise_is_left_to_a_person(string setting, string place, string reason)
    {
        var plan = Plan(Files(
            ("base/kustomization.yaml", "resources: [ns.yaml]\n"), ("base/ns.yaml", Namespace("shop", "istio.io/rev: 1-29-6")), ("prod/kustomization.yaml", $"resources: [../base]\n{setting}"),
            (setting.Contains("p.yaml", StringComparison.Ordinal) ? "prod/p.yaml" : "README.md", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: { istio.io/rev: 1-29-6 }\n")));
        Assert.Empty(plan.Changes);
        Assert.Contains(plan.ByHand, edit => $"{edit.File}:{edit.Line}" == place && edit.Reason.Contains(reason, StringComparison.Ordinal));
        Assert.Equal(2, plan.ByHand.Length);
    }

    [Fact]
    public void A_document_that_overlays_make_several_namespaces_of_is_left_to_a_person()
    {
        var plan = Plan(Files(
            ("base/kustomization.yaml", "resources: [ns.yaml]\n"), ("base/ns.yaml", Namespace("shop", "istio.io/rev: 1-29-6")),
            ("eu/kustomization.yaml", "resources: [../base]\nnamespace: shop-eu\n"), ("us/kustomization.yaml", "resources: [../base]\nnamespace: shop-us\n")));
        Assert.Empty(plan.Changes);
        Assert.Equal(["shop-eu", "shop-us"], plan.ByHand.Select(edit => edit.Namespace));
        Assert.Contains("overlays make shop-eu and shop-us of this one document", plan.ByHand[0].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("# Code generated by kubegen. DO NOT EDIT.\n", "istio.io/rev: 1-29-6", "a tool writes this file")]
    [InlineData("", "istio.io/rev: \"{{ .Values.rev }}\"", "the label is a template")]
    [InlineData("", "<<: {istio.io/rev: 1-29-6}\n    istio-injection: &x enabled\n    other: *x", "used elsewhere too")]
    public void What_cannot_be_edited_safely_is_left_to_a_person(string head, string label, string reason)
    {
        var plan = Plan(Files(("ns.yaml", head + Namespace("shop", label))));
        Assert.Empty(plan.Changes);
        Assert.Contains(reason, Assert.Single(plan.ByHand).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_another_environment_stay_and_what_it_shares_is_left_to_a_person()
    {
        var content = new RepositoryContent("shop", ForgeKind.GitHub, Files(
            ("testing/own.yaml", Namespace("own", "istio.io/rev: 1-29-6")), ("production/own.yaml", Namespace("own", "istio.io/rev: 1-28-0")),
            ("base/kustomization.yaml", "resources: [ns.yaml]\n"), ("base/ns.yaml", Namespace("shared", "istio.io/rev: 1-29-6")),
            ("testing/kustomization.yaml", "resources: [../base]\n"), ("production/kustomization.yaml", "resources: [../base]\n")), [], []) { Elsewhere = [PathGlob.Parse("/production/")] };
        var plan = Plan([EnrolmentReader.Read(content)]);
        Assert.Equal(["testing/own.yaml"], Assert.Single(plan.Changes).Files.Keys);
        var edit = Assert.Single(plan.ByHand);
        Assert.Equal(("base/ns.yaml", "production/kustomization.yaml delivers it to another environment as well"), (edit.File, edit.Reason));
    }

    [Fact]
    public void A_template_with_the_literal_name_is_listed()
    {
        var plan = Plan(Files(("chart/templates/ns.yaml", "# x\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  {{- with .Values.labels }}\n  labels: {{ . }}\n  {{- end }}\n")));
        var edit = Assert.Single(plan.ByHand);
        Assert.Equal(("chart/templates/ns.yaml", 3, "it is a template"), (edit.File, edit.Line, edit.Reason));
    }

    [Fact]
    public void What_is_no_YAML_is_told_and_the_rest_goes_on()
    {
        var repository = Repository(Files(("bad.yaml", "a: [\n"), ("ns.yaml", Namespace("shop", "istio.io/rev: 1-29-6"))));
        Assert.StartsWith("shop: bad.yaml:", Assert.Single(repository.Unread).Message, StringComparison.Ordinal);
        Assert.Single(Plan([repository]).Changes);
    }

    [Theory]
    [InlineData("istio.io/rev: 1-30-3", RemarkKind.AlreadyThere)]
    [InlineData("istio-injection: disabled", RemarkKind.NotEnrolled)]
    [InlineData("team: a", RemarkKind.NotEnrolled)]
    public void What_is_right_or_outside_of_the_mesh_stays(string label, RemarkKind kind)
    {
        var plan = Plan(Files(("ns.yaml", Namespace("shop", label))), new MigrationSelection.Namespaces(["shop"]));
        Assert.Empty(plan.Changes);
        Assert.Equal(kind, Assert.Single(plan.Remarks).Kind);
        Assert.False(plan.NeedsPerson);
    }

    [Fact]
    public void What_is_not_there_is_told()
    {
        var files = Files(("web.yaml", Deployment("lost", "web")));
        var plan = Plan(files, new MigrationSelection.Namespaces(["lost"]));
        Assert.Equal("no repository that was read defines the namespace, but web.yaml:1 runs Deployment web in it", Assert.Single(plan.Remarks).Message);
        Assert.True(plan.NeedsPerson);
        Assert.Equal("there is no wave 'x'", Assert.Throws<UserException>(() => Plan(files, new MigrationSelection.Wave("x"))).Message);
        Assert.Equal("testing has no revision or tag '1-99-0'", Assert.Throws<UserException>(() => Plan(files, target: "1-99-0")).Message);
    }

    [Fact]
    public void A_path_of_values_needs_exactly_one_meaning()
    {
        var wrong = Assert.Throws<UserException>(() => MeshOf("repositories: [{ name: shop, url: ../shop, forge: local, values: [{ file: v.yaml, namespace: shop }] }]"));
        Assert.Contains("values need one of the keys 'labels' and 'revision'", wrong.Message, StringComparison.Ordinal);
        Assert.IsType<YamlPath>(MeshOf("repositories: [{ name: shop, url: ../shop, forge: local, values: [{ file: v.yaml, namespace: shop, revision: a.b }] }]").Spec.Repositories[0].Values[0].Path);
        Assert.IsType<Owners.CodeOwners>(MeshOf().Spec.Owners);
    }
}
