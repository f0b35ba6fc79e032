//! How targets are read, completed, masked and redirected.

use super::*;

#[test]
fn what_is_typed_becomes_a_url() {
    for (typed, url) in [
        ("localhost", "http://localhost:8080/"),
        ("localhost/hooks?a=b", "http://localhost:8080/hooks?a=b"),
        ("shop.test:3000", "http://shop.test:3000/"),
        (":3000/hooks", "http://localhost:3000/hooks"),
        ("3000", "http://localhost:3000/"),
        ("3000/hooks", "http://localhost:3000/hooks"),
        ("[::1]:9000", "http://[::1]:9000/"),
        ("127.0.0.1", "http://127.0.0.1:8080/"),
        ("http://localhost", "http://localhost/"),
        (
            "HTTPS://localhost:8443/a/../b//c",
            "https://localhost:8443/a/../b//c",
        ),
        ("http://localhost:80?x=%20", "http://localhost:80/?x=%20"),
        ("http://localhost/#top", "http://localhost/"),
        (
            "localhost:7108/hook?next=http://a",
            "http://localhost:7108/hook?next=http://a",
        ),
        (
            "localhost?next=https://a/b",
            "http://localhost:8080/?next=https://a/b",
        ),
    ] {
        let target = Target::parse(typed).unwrap();
        assert_eq!(target.url, url, "{typed}");
        assert_eq!(
            Target::parse(url).unwrap().url,
            url,
            "a full URL stays as it is"
        );
    }
    for (typed, expected) in [
        ("", BadTarget::Empty),
        ("ftp://localhost", BadTarget::Scheme),
        ("http://", BadTarget::Host),
        ("/hooks", BadTarget::Host),
        ("http://:80", BadTarget::Host),
        ("http://[::g]/", BadTarget::Host),
        ("[::1]x", BadTarget::Host),
        ("localhost:0", BadTarget::Port),
        ("localhost:99999", BadTarget::Port),
        ("70000", BadTarget::Port),
        ("localhost/a b", BadTarget::Character(' ')),
        ("localhost/\r\nX: y", BadTarget::Character('\r')),
        ("bücher.example", BadTarget::Character('ü')),
    ] {
        assert_eq!(Target::parse(typed), Err(expected), "{typed:?}");
    }
}

#[test]
fn a_path_from_elsewhere_has_nothing_that_a_typed_one_may_not_have() {
    let target = Target::parse("localhost:1").unwrap();
    for (path, url) in [
        (
            "/a/../b//c?d=%20&e='f'",
            "http://localhost:1/a/../b//c?d=%20&e='f'",
        ),
        (
            "/{{x}}/\"`\\<>^|\r\n ü#y",
            "http://localhost:1/%7B%7Bx%7D%7D/%22%60%5C%3C%3E%5E%7C%0D%0A%20%C3%BC",
        ),
        ("http://other.test/", "http://localhost:1/"),
        ("", "http://localhost:1/"),
    ] {
        assert_eq!(target.with_path(path).url, url, "{path}");
        assert_eq!(Target::parse(url).unwrap().url, url);
    }
}

#[test]
fn path_and_query_of_a_url_begin_at_the_first_slash_or_question_mark() {
    for (url, expected) in [
        ("https://shop.test:1/hooks?a=b#c", Some("/hooks?a=b")),
        ("https://h?http://x/y", Some("/?http://x/y")),
        ("http://h#/x", None),
        ("http://h", None),
        ("h/x?u=http://y/z", Some("/x?u=http://y/z")),
    ] {
        assert_eq!(path_and_query(url).as_deref(), expected, "{url}");
    }
}

#[test]
fn a_password_is_never_shown_and_parts_are_found() {
    let target = Target::parse("https://ann:s3cret@shop.test/hooks").unwrap();
    assert_eq!(target.to_string(), "https://********@shop.test/hooks");
    assert_eq!(format!("{target:?}"), target.to_string());
    assert_eq!(
        (target.login(), target.authority()),
        (Some("ann:s3cret"), "shop.test")
    );
    assert_eq!((target.path(), target.port()), ("/hooks", 443));
    assert_eq!(target.url_without_login(), "https://shop.test/hooks");
}

#[test]
fn of_what_was_typed_no_login_is_shown() {
    for (typed, shown) in [
        ("localhost:3000/a@b", "localhost:3000/a@b"),
        (
            "http://ann:pa55@localhost:1",
            "http://********@localhost:1/",
        ),
        ("sk_live@localhost", "http://********@localhost:8080/"),
        ("http://ann:pa/55@localhost", "********@localhost"),
        ("ftp://ann:pa55@", "********@"),
    ] {
        assert_eq!(masked(typed), shown);
    }
}

#[test]
fn a_redirect_leads_from_here_to_what_can_be_delivered_to() {
    let target = Target::parse("https://ann:pa55@shop.test:8443/a/b?c/d").unwrap();
    for (location, expected) in [
        ("/new?x", Some("https://shop.test:8443/new?x")),
        ("new", Some("https://shop.test:8443/a/new")),
        ("//other.test/x", Some("https://other.test/x")),
        ("http://other.test", Some("http://other.test/")),
        ("ftp://other.test/", None),
        ("/a b", None),
        ("mailto:ann", Some("https://shop.test:8443/a/mailto:ann")),
    ] {
        assert_eq!(
            target
                .redirected(location)
                .map(|target| target.url)
                .as_deref(),
            expected,
            "{location}"
        );
    }
}
