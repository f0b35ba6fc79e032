//! The limit for many small files: lists a folder, then only opens, reads and closes, with as many threads as the
//! linter takes. validate.sh compiles and measures it; it is not part of the crate.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, thread};

fn main() {
    let folder = env::args_os().nth(1).expect("usage: readall FOLDER");
    let entries = fs::read_dir(folder).expect("the folder can be listed");
    let paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    let (next, total) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut buffer = vec![0; 64 << 10];
        loop {
            let first = next.fetch_add(128, Ordering::Relaxed);
            if first >= paths.len() {
                return;
            }
            for path in &paths[first..(first + 128).min(paths.len())] {
                let mut file = File::open(path).expect("a file can be opened");
                total.fetch_add(file.read(&mut buffer).expect("a file can be read"), Ordering::Relaxed);
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    println!("{} bytes", total.into_inner());
}
